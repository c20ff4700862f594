// Package main is docker/distribution 2.8.3, twice: the registry itself, and what its parser and driver factory make of
// an environment. It holds no code of either beyond what its own command, which can't be built from the module proxy, does
// around them.
//
//	registry2 serve CONFIG   serves CONFIG, overridden by REGISTRY_* variables, until it is killed
//	registry2 parameters     takes one JSON object a line, {"config": text, "env": {name: text}, "create": bool}, and
//	                         answers each with one line: {"driver", "parameters", "created"} or {"error"}
//
// The gcs driver is missing: the module that it needs (google.golang.org/cloud) is no longer to be had.
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
	"runtime"
	"strings"

	"github.com/docker/distribution/configuration"
	"github.com/docker/distribution/context"
	"github.com/docker/distribution/health"
	"github.com/docker/distribution/registry/handlers"
	"github.com/docker/distribution/registry/listener"
	"github.com/docker/distribution/registry/storage/driver/factory"
	"github.com/docker/distribution/version"

	_ "github.com/docker/distribution/registry/auth/htpasswd"
	_ "github.com/docker/distribution/registry/storage/driver/azure"
	_ "github.com/docker/distribution/registry/storage/driver/filesystem"
	_ "github.com/docker/distribution/registry/storage/driver/inmemory"
	_ "github.com/docker/distribution/registry/storage/driver/oss"
	_ "github.com/docker/distribution/registry/storage/driver/s3-aws"
	_ "github.com/docker/distribution/registry/storage/driver/swift"
)

func main() {
	var err error
	switch {
	case len(os.Args) == 3 && os.Args[1] == "serve":
		err = serve(os.Args[2])
	case len(os.Args) == 2 && os.Args[1] == "parameters":
		err = answer(os.Stdin, os.Stdout)
	default:
		err = fmt.Errorf("wanted: serve CONFIG, or parameters")
	}
	if err != nil {
		log.Fatalln("registry2:", err)
	}
}

// serve does what `registry serve` does with a plain listener.
func serve(file string) error {
	config, err := read(file)
	if err != nil {
		return err
	}
	app := handlers.NewApp(context.WithVersion(context.Background(), version.Version), config)
	app.RegisterHealthChecks()
	socket, err := listener.NewListener(config.HTTP.Net, config.HTTP.Addr)
	if err != nil {
		return err
	}
	log.Println("listening on", socket.Addr())
	return http.Serve(socket, alive(health.Handler(app)))
}

// alive answers `/`, which the charts' probes ask for.
func alive(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			next.ServeHTTP(w, r)
		}
	})
}

func read(file string) (*configuration.Configuration, error) {
	text, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer text.Close()
	return configuration.Parse(text)
}

// understand hands a configuration to the real parser, and, where asked, its parameters to the real driver.
func understand(config string, create bool) (storage configuration.Storage, created error, err error) {
	parsed, err := configuration.Parse(strings.NewReader(config))
	if err != nil {
		return nil, nil, err
	}
	storage = parsed.Storage
	if create {
		_, created = factory.Create(storage.Type(), with(storage.Parameters(), "useragent", "docker-distribution/test "+runtime.Version()))
	}
	return storage, created, nil
}
