// Package main is a program with Helm inside, as Terraform's and Pulumi's providers are: no helm process, no command line of Helm's.
// It renders a chart with a post-renderer and installs nothing.
//
//	helmsdk CHART POST-RENDERER [ARGUMENT...] <values.yaml
package main

import (
	"fmt"
	"io"
	"os"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/postrender"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: helmsdk CHART POST-RENDERER [ARGUMENT...] <values.yaml")
		os.Exit(2)
	}
	manifest, err := render(os.Args[1], os.Args[2], os.Args[3:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "Error:", err)
		os.Exit(1)
	}
	fmt.Print(manifest)
}

func render(path, renderer string, args []string) (string, error) {
	given, err := io.ReadAll(os.Stdin)
	if err != nil {
		return "", err
	}
	values, err := chartutil.ReadValues(given)
	if err != nil {
		return "", err
	}
	chart, err := loader.Load(path)
	if err != nil {
		return "", err
	}
	install := action.NewInstall(new(action.Configuration))
	install.ReleaseName = "msr"
	install.Namespace = "registry"
	install.ClientOnly = true
	install.DryRun = true
	install.Replace = true
	// A provider asks its cluster; without one Helm's packages assume a version too old for the chart.
	if install.KubeVersion, err = chartutil.ParseKubeVersion("v1.34.2"); err != nil {
		return "", err
	}
	if install.PostRenderer, err = postrender.NewExec(renderer, args...); err != nil {
		return "", err
	}
	release, err := install.Run(chart, values)
	if err != nil {
		return "", err
	}
	return release.Manifest, nil
}
