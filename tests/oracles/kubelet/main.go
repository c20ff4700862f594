// Package main says what a container finds when it starts: its command, environment and mounted files, from a pod template
// and the Secrets and ConfigMaps around it. The parts that decide (`$(NAME)`, what a volume holds) are the kubelet's own
// code; the order of variables follows its makeEnvironmentVariables, which can't be called from outside. It runs nothing.
//
// One JSON object a line in, one a line out; service variables and fieldRef, which say nothing of storage, are left out.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"

	v1 "k8s.io/api/core/v1"
	"k8s.io/kubernetes/third_party/forked/golang/expansion"
)

// question is a pod, one of its containers, and the objects of its namespace.
type question struct {
	Pod        v1.PodSpec     `json:"pod"`
	Container  string         `json:"container"`
	Secrets    []v1.Secret    `json:"secrets"`
	ConfigMaps []v1.ConfigMap `json:"configMaps"`
}

// reply is what the container starts with, or why it does not start. Claims are the directories that claims are mounted at.
type reply struct {
	Command []string          `json:"command"`
	Env     map[string]string `json:"env"`
	Files   map[string][]byte `json:"files"`
	Claims  map[string]string `json:"claims"`
	Error   string            `json:"error,omitempty"`
}

func main() {
	decoder := json.NewDecoder(bufio.NewReaderSize(os.Stdin, 1<<20))
	encoder := json.NewEncoder(os.Stdout)
	for {
		var asked question
		if err := decoder.Decode(&asked); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			fmt.Fprintln(os.Stderr, "kubelet:", err)
			os.Exit(3)
		}
		answer, err := start(&asked)
		if err != nil {
			answer = &reply{Error: err.Error()}
		}
		if err := encoder.Encode(answer); err != nil {
			fmt.Fprintln(os.Stderr, "kubelet:", err)
			os.Exit(3)
		}
	}
}

func start(asked *question) (*reply, error) {
	around := surroundings{secrets: map[string]*v1.Secret{}, configMaps: map[string]*v1.ConfigMap{}}
	for index := range asked.Secrets {
		around.secrets[asked.Secrets[index].Name] = stored(&asked.Secrets[index])
	}
	for index := range asked.ConfigMaps {
		around.configMaps[asked.ConfigMaps[index].Name] = &asked.ConfigMaps[index]
	}
	for _, container := range asked.Pod.Containers {
		if container.Name != asked.Container {
			continue
		}
		env, err := around.environment(&container)
		if err != nil {
			return nil, err
		}
		answer := &reply{Env: env, Files: map[string][]byte{}, Claims: map[string]string{}}
		for _, part := range append(container.Command, container.Args...) {
			answer.Command = append(answer.Command, expansion.Expand(part, expansion.MappingFuncFor(env)))
		}
		for _, mount := range container.VolumeMounts {
			if err := around.mount(&asked.Pod, mount, answer); err != nil {
				return nil, err
			}
		}
		return answer, nil
	}
	return nil, fmt.Errorf("no container is called %q", asked.Container)
}

// stored is a Secret as the API server keeps it: stringData is written over data.
func stored(secret *v1.Secret) *v1.Secret {
	for key, value := range secret.StringData {
		if secret.Data == nil {
			secret.Data = map[string][]byte{}
		}
		secret.Data[key] = []byte(value)
	}
	return secret
}

// mount adds what a volume brings into the container.
func (around *surroundings) mount(pod *v1.PodSpec, mount v1.VolumeMount, answer *reply) error {
	for _, volume := range pod.Volumes {
		if volume.Name != mount.Name {
			continue
		}
		if claim := volume.PersistentVolumeClaim; claim != nil {
			answer.Claims[mount.MountPath] = claim.ClaimName
		}
		files, err := around.files(&volume)
		if err != nil {
			return fmt.Errorf("volume %s: %w", volume.Name, err)
		}
		for name, data := range files {
			answer.Files[path.Join(mount.MountPath, name)] = data
		}
		return nil
	}
	return fmt.Errorf("no volume is called %q", mount.Name)
}
