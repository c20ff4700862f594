// Package main says how Kubernetes reads a stream of YAML documents: split by apimachinery's reader, each document
// parsed by sigs.k8s.io/yaml, as Helm and the API's own clients do. It judges nothing and knows no kind.
//
// Without arguments it reads one stream from standard input and prints one JSON array. With -batch it takes one JSON
// string a line, a whole stream each, and answers every line with one such array, so that one process serves thousands.
// An element is {"document": …} (null for one of comments alone) or {"error": "…"}.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

// answer is what became of one document. Exactly one of the two stands in it.
type answer struct {
	Document json.RawMessage `json:"document,omitempty"`
	Error    string          `json:"error,omitempty"`
}

func main() {
	batch := flag.Bool("batch", false, "one JSON string a line in, one JSON array a line out")
	flag.Parse()
	run := single
	if *batch {
		run = lines
	}
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "kubeyaml:", err)
		os.Exit(3)
	}
}

func single(in io.Reader, out io.Writer) error {
	stream, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(documents(stream))
}

func lines(in io.Reader, out io.Writer) error {
	decoder := json.NewDecoder(bufio.NewReaderSize(in, 1<<20))
	encoder := json.NewEncoder(out)
	for {
		var stream string
		if err := decoder.Decode(&stream); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if err := encoder.Encode(documents([]byte(stream))); err != nil {
			return err
		}
	}
}

func documents(stream []byte) []answer {
	reader := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(stream)))
	answers := []answer{}
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return answers
		}
		if err != nil {
			answers = append(answers, answer{Error: err.Error()})
			continue
		}
		answers = append(answers, parse(document))
	}
}

// parse turns a panic of the parser into an error: a test wants to hear of it, and the next line still wants an answer.
func parse(document []byte) (result answer) {
	defer func() {
		if fault := recover(); fault != nil {
			result = answer{Error: fmt.Sprint("panic: ", fault)}
		}
	}()
	converted, err := yaml.YAMLToJSON(document)
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Document: converted}
}
