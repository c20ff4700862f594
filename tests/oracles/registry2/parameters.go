package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// question is a configuration file and the environment over it.
type question struct {
	Config string            `json:"config"`
	Env    map[string]string `json:"env"`
	Create bool              `json:"create"`
}

// reply has either an error, or what the driver sees, and what stands beside it in the storage configuration (delete, cache,
// maintenance, redirect); `created` is the driver's own complaint, empty where it had none.
type reply struct {
	Driver     string         `json:"driver,omitempty"`
	Parameters map[string]any `json:"parameters,omitempty"`
	Settings   map[string]any `json:"settings,omitempty"`
	Created    *string        `json:"created,omitempty"`
	Error      string         `json:"error,omitempty"`
}

func answer(in io.Reader, out io.Writer) error {
	decoder := json.NewDecoder(bufio.NewReaderSize(in, 1<<20))
	encoder := json.NewEncoder(out)
	for {
		var asked question
		if err := decoder.Decode(&asked); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if err := encoder.Encode(consider(asked)); err != nil {
			return err
		}
	}
}

// consider turns a panic into an error: the registry would have ended with it.
func consider(asked question) (result reply) {
	defer func() {
		if fault := recover(); fault != nil {
			result = reply{Error: fmt.Sprint("panic: ", fault)}
		}
	}()
	if err := surround(asked.Env); err != nil {
		return reply{Error: err.Error()}
	}
	storage, created, err := understand(asked.Config, asked.Create)
	if err != nil {
		return reply{Error: err.Error()}
	}
	result = reply{Driver: storage.Type(), Parameters: printable(storage.Parameters()), Settings: map[string]any{}}
	for name, setting := range storage {
		if name != result.Driver {
			result.Settings[name] = printable(setting)
		}
	}
	if asked.Create {
		said := ""
		if created != nil {
			said = created.Error()
		}
		result.Created = &said
	}
	return result
}

// surround makes the environment hold these registry's variables and no others.
func surround(env map[string]string) error {
	for _, entry := range os.Environ() {
		if name, _, _ := strings.Cut(entry, "="); strings.HasPrefix(name, "REGISTRY_") {
			os.Unsetenv(name)
		}
	}
	for name, value := range env {
		if err := os.Setenv(name, value); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// printable is a copy that JSON can hold: nested mappings of YAML have keys of any type.
func printable(parameters map[string]any) map[string]any {
	copied := map[string]any{}
	for key, value := range parameters {
		copied[key] = plain(value)
	}
	return copied
}

func plain(value any) any {
	switch value := value.(type) {
	case map[any]any:
		copied := map[string]any{}
		for key, inner := range value {
			copied[fmt.Sprint(key)] = plain(inner)
		}
		return copied
	case map[string]any:
		return printable(value)
	case []any:
		copied := make([]any, len(value))
		for index, inner := range value {
			copied[index] = plain(inner)
		}
		return copied
	}
	return value
}

// with is a copy that has one more parameter, as handlers.NewApp adds it.
func with(parameters map[string]any, key, value string) map[string]any {
	copied := map[string]any{key: value}
	for name, value := range parameters {
		copied[name] = value
	}
	return copied
}
