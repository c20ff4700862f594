// Package main is Helmfile as it is, which `go install` refuses for the replacements in its go.mod. It adds nothing to it.
package main

import (
	"fmt"
	"os"

	"github.com/helmfile/helmfile/cmd"
	"github.com/helmfile/helmfile/pkg/config"
	"github.com/helmfile/helmfile/pkg/errors"
)

func main() {
	root, err := cmd.NewRootCmd(&config.GlobalOptions{})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	errors.HandleExitCoder(root.Execute())
}
