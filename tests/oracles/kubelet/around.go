package main

import (
	"fmt"

	v1 "k8s.io/api/core/v1"
	"k8s.io/kubernetes/pkg/volume/configmap"
	"k8s.io/kubernetes/pkg/volume/secret"
	volumeutil "k8s.io/kubernetes/pkg/volume/util"
	"k8s.io/kubernetes/third_party/forked/golang/expansion"
)

// surroundings are the objects that a container may refer to, by name.
type surroundings struct {
	secrets    map[string]*v1.Secret
	configMaps map[string]*v1.ConfigMap
}

// environment is makeEnvironmentVariables: envFrom first, then each entry, which sees those before it.
func (around *surroundings) environment(container *v1.Container) (map[string]string, error) {
	env := map[string]string{}
	for _, source := range container.EnvFrom {
		if err := around.envFrom(source, env); err != nil {
			return nil, err
		}
	}
	for _, entry := range container.Env {
		value := entry.Value
		if value != "" {
			value = expansion.Expand(value, expansion.MappingFuncFor(env))
		} else if entry.ValueFrom != nil {
			referred, found, err := around.reference(entry.ValueFrom)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", entry.Name, err)
			}
			if !found {
				continue
			}
			value = referred
		}
		env[entry.Name] = value
	}
	return env, nil
}

func (around *surroundings) envFrom(source v1.EnvFromSource, env map[string]string) error {
	if from := source.ConfigMapRef; from != nil {
		found := around.configMaps[from.Name]
		if found == nil && !optional(from.Optional) {
			return fmt.Errorf("configmap %q not found", from.Name)
		}
		if found != nil {
			for key, value := range found.Data {
				env[source.Prefix+key] = value
			}
		}
	}
	if from := source.SecretRef; from != nil {
		found := around.secrets[from.Name]
		if found == nil && !optional(from.Optional) {
			return fmt.Errorf("secret %q not found", from.Name)
		}
		if found != nil {
			for key, value := range found.Data {
				env[source.Prefix+key] = string(value)
			}
		}
	}
	return nil
}

// reference is the value behind a valueFrom, or that it is optional and absent.
func (around *surroundings) reference(from *v1.EnvVarSource) (string, bool, error) {
	if ref := from.SecretKeyRef; ref != nil {
		if found := around.secrets[ref.Name]; found != nil {
			if value, ok := found.Data[ref.Key]; ok {
				return string(value), true, nil
			}
		}
		return absent("Secret", ref.Name, ref.Key, ref.Optional)
	}
	if ref := from.ConfigMapKeyRef; ref != nil {
		if found := around.configMaps[ref.Name]; found != nil {
			if value, ok := found.Data[ref.Key]; ok {
				return value, true, nil
			}
		}
		return absent("ConfigMap", ref.Name, ref.Key, ref.Optional)
	}
	return "", false, nil
}

func absent(kind, name, key string, isOptional *bool) (string, bool, error) {
	if optional(isOptional) {
		return "", false, nil
	}
	return "", false, fmt.Errorf("couldn't find key %s in %s %s", key, kind, name)
}

// files is what a volume of a Secret or a ConfigMap holds, by path in the volume.
func (around *surroundings) files(volume *v1.Volume) (map[string][]byte, error) {
	var payload map[string]volumeutil.FileProjection
	var err error
	mode := int32(0o644)
	switch {
	case volume.Secret != nil:
		found := around.secrets[volume.Secret.SecretName]
		if found == nil {
			return nil, fmt.Errorf("secret %q not found", volume.Secret.SecretName)
		}
		payload, err = secret.MakePayload(volume.Secret.Items, found, &mode, optional(volume.Secret.Optional))
	case volume.ConfigMap != nil:
		found := around.configMaps[volume.ConfigMap.Name]
		if found == nil {
			return nil, fmt.Errorf("configmap %q not found", volume.ConfigMap.Name)
		}
		payload, err = configmap.MakePayload(volume.ConfigMap.Items, found, &mode, optional(volume.ConfigMap.Optional))
	}
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for name, file := range payload {
		files[name] = file.Data
	}
	return files, nil
}

func optional(flag *bool) bool { return flag != nil && *flag }
