// Package main is distribution 3.0.0, twice: the registry itself with its own command line, and what its parser and driver
// factory make of an environment (`registry3 parameters`, the same lines in and out as registry2's).
package main

import (
	"context"
	"log"
	"os"
	"strings"

	"github.com/distribution/distribution/v3/configuration"
	"github.com/distribution/distribution/v3/registry"
	"github.com/distribution/distribution/v3/registry/storage/driver/factory"

	_ "github.com/distribution/distribution/v3/registry/auth/htpasswd"
	_ "github.com/distribution/distribution/v3/registry/storage/driver/azure"
	_ "github.com/distribution/distribution/v3/registry/storage/driver/filesystem"
	_ "github.com/distribution/distribution/v3/registry/storage/driver/gcs"
	_ "github.com/distribution/distribution/v3/registry/storage/driver/inmemory"
	_ "github.com/distribution/distribution/v3/registry/storage/driver/s3-aws"
)

func main() {
	if len(os.Args) == 2 && os.Args[1] == "parameters" {
		if err := answer(os.Stdin, os.Stdout); err != nil {
			log.Fatalln("registry3:", err)
		}
		return
	}
	if err := registry.RootCmd.Execute(); err != nil {
		os.Exit(1)
	}
}

// understand hands a configuration to the real parser, and, where asked, its parameters to the real driver.
func understand(config string, create bool) (storage configuration.Storage, created error, err error) {
	parsed, err := configuration.Parse(strings.NewReader(config))
	if err != nil {
		return nil, nil, err
	}
	storage = parsed.Storage
	if create {
		_, created = factory.Create(context.Background(), storage.Type(), with(storage.Parameters(), "useragent", "distribution/test"))
	}
	return storage, created, nil
}
