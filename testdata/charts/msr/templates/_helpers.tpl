{{/* Everything of a release is called <release>-msr-<component>. */}}
{{- define "msr.fullname" -}}
{{- printf "%s-%s" .Release.Name (default "msr" .Values.nameOverride) | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "msr.chart" -}}
{{- printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" -}}
{{- end -}}

{{/* Call with (list $ "component"): the labels that select pods. */}}
{{- define "msr.selectorLabels" -}}
{{- $ := index . 0 -}}
app.kubernetes.io/name: msr
app.kubernetes.io/instance: {{ $.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end -}}

{{- define "msr.labels" -}}
{{- $ := index . 0 -}}
helm.sh/chart: {{ include "msr.chart" $ }}
{{ include "msr.selectorLabels" . }}
{{- with $.Chart.AppVersion }}
app.kubernetes.io/version: {{ . | quote }}
{{- end }}
app.kubernetes.io/managed-by: {{ $.Release.Service }}
{{- with $.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Call with (list $ "msr-api"): the image of that name. */}}
{{- define "msr.image" -}}
{{- $ := index . 0 -}}
{{- $image := $.Values.image -}}
{{- printf "%s/%s/%s:%s" $image.registry $image.repository (index . 1) (default $.Chart.AppVersion $image.tag) -}}
{{- end -}}

{{- define "msr.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "msr.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "msr.pullSecrets" -}}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* How every part of MSR finds the database. */}}
{{- define "msr.databaseEnv" -}}
- name: RETHINKDB_HOST
  value: {{ include "msr.fullname" . }}-rethinkdb-proxy
- name: RETHINKDB_PORT
  value: "28015"
{{- end -}}
