// Says what Helm 4 makes of value flags: reads one case per line as JSON, prints one result per line. It touches no file and no cluster.
package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
	"strconv"
	"unicode/utf8"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
	"helm.sh/helm/v4/pkg/cli/values"
	"helm.sh/helm/v4/pkg/getter"
)

// testCase is one command line, the files it names, and the chart it is given to.
type testCase struct {
	Files map[string]content `json:"files"`
	// Flags are pairs of a flag's name without dashes and its argument.
	Flags [][2]string `json:"flags"`
	Chart *testChart  `json:"chart"`
}

// testChart is a chart and the charts in it.
type testChart struct {
	Name         string      `json:"name"`
	Values       content     `json:"values"`
	Dependencies []testChart `json:"dependencies"`
	// Unlisted: the dependencies lie in charts/ and Chart.yaml does not name them.
	Unlisted bool `json:"unlisted"`
}

// content is a file's text, or its bytes as {"base64": "…"}.
type content []byte

func (c *content) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) == nil {
		*c = []byte(text)
		return nil
	}
	var coded struct{ Base64 string }
	if err := json.Unmarshal(data, &coded); err != nil {
		return err
	}
	decoded, err := base64.StdEncoding.DecodeString(coded.Base64)
	*c = decoded
	return err
}

// result has the merged values and what a template of the chart sees, each as a typed tree, or the error of either step.
type result struct {
	Values   any    `json:"values,omitempty"`
	Error    string `json:"error,omitempty"`
	Rendered any    `json:"rendered,omitempty"`
	// RenderError is set where the flags were taken and the chart's values were not.
	RenderError string `json:"render_error,omitempty"`
}

// memory serves the files of a case to Helm, as a getter of paths without a scheme.
type memory map[string]content

func (m memory) Get(name string, _ ...getter.Option) (*bytes.Buffer, error) {
	data, ok := m[name]
	if !ok {
		return nil, os.ErrNotExist
	}
	return bytes.NewBuffer(append([]byte(nil), data...)), nil
}

func (m memory) providers() getter.Providers {
	return getter.Providers{{Schemes: []string{""}, New: func(...getter.Option) (getter.Getter, error) { return m, nil }}}
}

func options(flags [][2]string) (*values.Options, error) {
	var o values.Options
	lists := map[string]*[]string{
		"values": &o.ValueFiles, "set": &o.Values, "set-string": &o.StringValues,
		"set-json": &o.JSONValues, "set-file": &o.FileValues, "set-literal": &o.LiteralValues,
	}
	for _, flag := range flags {
		list, ok := lists[flag[0]]
		if !ok {
			return nil, fmt.Errorf("no such flag: %s", flag[0])
		}
		*list = append(*list, flag[1])
	}
	return &o, nil
}

func (t *testChart) build() (*chart.Chart, error) {
	c := &chart.Chart{Metadata: &chart.Metadata{APIVersion: "v2", Name: t.Name, Version: "1.0.0"}}
	// As loader.LoadFiles reads values.yaml.
	defaults, err := loader.LoadValues(bytes.NewReader(t.Values))
	if err != nil {
		return nil, err
	}
	c.Values = defaults
	for i := range t.Dependencies {
		sub, err := t.Dependencies[i].build()
		if err != nil {
			return nil, err
		}
		c.AddDependency(sub)
		if !t.Unlisted {
			c.Metadata.Dependencies = append(c.Metadata.Dependencies, &chart.Dependency{Name: sub.Name(), Version: "1.0.0"})
		}
	}
	return c, nil
}

// render does what install and template do between reading flags and running templates.
func (t *testChart) render(vals map[string]any) (any, error) {
	c, err := t.build()
	if err != nil {
		return nil, err
	}
	if err := chartutil.ProcessDependencies(c, vals); err != nil {
		return nil, err
	}
	top, err := util.ToRenderValues(c, vals, common.ReleaseOptions{}, nil)
	if err != nil {
		return nil, err
	}
	return map[string]any(top["Values"].(common.Values)), nil
}

func run(line []byte) (r result, err error) {
	var c testCase
	if err := json.Unmarshal(line, &c); err != nil {
		return r, err
	}
	o, err := options(c.Flags)
	if err != nil {
		return r, err
	}
	vals, err := o.MergeValues(memory(c.Files).providers())
	if err != nil {
		return result{Error: err.Error()}, nil
	}
	r.Values = typed(vals)
	if c.Chart != nil {
		rendered, err := c.Chart.render(vals)
		if err != nil {
			r.RenderError = err.Error()
		}
		r.Rendered = typed(rendered)
	}
	return r, nil
}

// typed is a tree in which scalars tell their Go type: "s:text", "i:1", "f:1", "b:true", null; "x:…" are bytes that are no UTF-8.
func typed(value any) any {
	switch v := value.(type) {
	case nil:
		return nil
	case bool:
		return "b:" + strconv.FormatBool(v)
	case int64:
		return "i:" + strconv.FormatInt(v, 10)
	case float64:
		return "f:" + strconv.FormatFloat(v, 'g', -1, 64)
	case string:
		if !utf8.ValidString(v) {
			return "x:" + base64.StdEncoding.EncodeToString([]byte(v))
		}
		return "s:" + v
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = typed(v[i])
		}
		return list
	case map[string]any:
		m := make(map[string]any, len(v))
		for key := range v {
			m[key] = typed(v[key])
		}
		return m
	case common.Values:
		return typed(map[string]any(v))
	default:
		return fmt.Sprintf("?:%T", v)
	}
}

func main() {
	log.SetOutput(io.Discard)
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for {
		line, err := in.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			r, err := run(line)
			if err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
			if err := encoder.Encode(r); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
		}
		// Answer what was asked before waiting for more.
		if in.Buffered() == 0 || err != nil {
			if out.Flush() != nil || err != nil {
				return
			}
		}
	}
}
