{{/* Names, labels and the parts that all pods share. */}}
{{- define "dateline.name" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" }}{{ end -}}
{{- end }}

{{/* Call with (dict "root" $ "part" "worker"). */}}
{{- define "dateline.selector" -}}
app.kubernetes.io/name: dateline
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .part }}
{{- end }}

{{- define "dateline.labels" -}}
{{ include "dateline.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{- define "dateline.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{/* The configuration with the addresses that probes and services use. */}}
{{- define "dateline.config" -}}
{{- $c := deepCopy .Values.config -}}
{{- $c = mergeOverwrite $c (dict "worker" (dict "listen" "0.0.0.0:9600" "dedup" (dict "dir" "/var/lib/dateline/checkpoints")) "feed" (dict "listen" "0.0.0.0:9601" "state_dir" "/var/lib/dateline/feed" "feeds_file" "/var/lib/dateline/feeds.opml") "serve" (dict "listen" "0.0.0.0:8600")) -}}
{{ toYaml $c }}
{{- end }}

{{- define "dateline.podSpec" -}}
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
automountServiceAccountToken: false
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  seccompProfile: { type: RuntimeDefault }
{{- with .root.Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "dateline.container" -}}
image: {{ include "dateline.image" .root }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
envFrom:
  - secretRef: { name: {{ .root.Values.secretName }} }
env:
  - name: GOMEMLIMIT
    value: {{ include "dateline.gomemlimit" .resources.limits.memory | quote }}
resources:
  {{- toYaml .resources | nindent 2 }}
{{- end }}

{{/* Nine tenths of a limit written in Mi or Gi. */}}
{{- define "dateline.gomemlimit" -}}
{{- $mi := 0 -}}
{{- if hasSuffix "Gi" . }}{{ $mi = mul (trimSuffix "Gi" . | int64) 1024 }}{{ else if hasSuffix "Mi" . }}{{ $mi = trimSuffix "Mi" . | int64 }}{{ else }}{{ fail (printf "memory limit %s: write it in Mi or Gi" .) }}{{ end -}}
{{ div (mul $mi 9) 10 }}MiB
{{- end }}

{{- define "dateline.mounts" -}}
- { name: config, mountPath: /etc/dateline, readOnly: true }
- { name: tmp, mountPath: /tmp }
{{- if .Values.certificatesSecretName }}
- { name: certs, mountPath: /certs, readOnly: true }
{{- end }}
{{- end }}

{{- define "dateline.volumes" -}}
- name: config
  configMap: { name: {{ include "dateline.name" . }} }
- name: tmp
  emptyDir: {}
{{- if .Values.certificatesSecretName }}
- name: certs
  secret: { secretName: {{ .Values.certificatesSecretName }} }
{{- end }}
{{- end }}

{{/* The folder that a pod may keep things in: a claim, or one of its own. */}}
{{- define "dateline.state" -}}
- name: state
  {{- if . }}
  persistentVolumeClaim: { claimName: {{ . }} }
  {{- else }}
  emptyDir: {}
  {{- end }}
{{- end }}
