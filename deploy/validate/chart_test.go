package validate

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	apps "k8s.io/api/apps/v1"
	batch "k8s.io/api/batch/v1"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	policy "k8s.io/api/policy/v1"
	"sigs.k8s.io/yaml"

	"dateline/config"
)

// scaledObject is the part of KEDA's ScaledObject (keda.sh/v1alpha1) that the
// chart writes; decoding is strict, so anything else in it fails.
type scaledObject struct {
	APIVersion string         `json:"apiVersion"`
	Kind       string         `json:"kind"`
	Metadata   map[string]any `json:"metadata"`
	Spec       struct {
		ScaleTargetRef  struct{ Name string } `json:"scaleTargetRef"`
		MinReplicaCount int32                 `json:"minReplicaCount"`
		MaxReplicaCount int32                 `json:"maxReplicaCount"`
		CooldownPeriod  int32                 `json:"cooldownPeriod"`
		Advanced        struct {
			HPA struct {
				Behavior struct {
					ScaleDown struct {
						Window   int32            `json:"stabilizationWindowSeconds"`
						Policies []map[string]any `json:"policies"`
					} `json:"scaleDown"`
				} `json:"behavior"`
			} `json:"horizontalPodAutoscalerConfig"`
		} `json:"advanced"`
		Triggers []struct {
			Type              string                 `json:"type"`
			Metadata          map[string]string      `json:"metadata"`
			AuthenticationRef *struct{ Name string } `json:"authenticationRef"`
		} `json:"triggers"`
	} `json:"spec"`
}

// resource is one rendered object.
type resource struct {
	kind, name string
	value      any
	raw        []byte
}

// types are where each kind of the chart is decoded into.
func types(kind string) any {
	switch kind {
	case "ConfigMap":
		return new(core.ConfigMap)
	case "Service":
		return new(core.Service)
	case "Deployment":
		return new(apps.Deployment)
	case "Job":
		return new(batch.Job)
	case "PodDisruptionBudget":
		return new(policy.PodDisruptionBudget)
	case "NetworkPolicy":
		return new(networking.NetworkPolicy)
	case "Ingress":
		return new(networking.Ingress)
	case "ServiceMonitor":
		return new(monitoring.ServiceMonitor)
	case "ScaledObject":
		return new(scaledObject)
	}
	return nil
}

// render is the chart with values laid over its own, by Helm's engine.
func render(t *testing.T, values string) map[string]resource {
	t.Helper()
	c, err := loader.Load("../helm/dateline")
	if err != nil {
		t.Fatal(err)
	}
	over, err := chartutil.ReadValues([]byte(values))
	if err != nil {
		t.Fatal(err)
	}
	all, err := chartutil.ToRenderValues(c, over, chartutil.ReleaseOptions{Name: "news", Namespace: "desk", IsInstall: true}, nil)
	if err != nil {
		t.Fatal(err)
	}
	files, err := engine.Engine{Strict: true}.Render(c, all)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]resource{}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if !strings.HasSuffix(name, ".yaml") {
			continue
		}
		for _, doc := range strings.Split(files[name], "\n---") {
			if strings.TrimSpace(strings.Trim(doc, "-\n ")) == "" {
				continue
			}
			r := decode(t, name, []byte(doc))
			if _, twice := out[r.kind+" "+r.name]; twice {
				t.Fatalf("%s: %s %s is there twice", name, r.kind, r.name)
			}
			out[r.kind+" "+r.name] = r
		}
	}
	return out
}

func decode(t *testing.T, file string, doc []byte) resource {
	t.Helper()
	var head struct {
		Kind     string
		Metadata struct{ Name string }
	}
	if err := yaml.Unmarshal(doc, &head); err != nil {
		t.Fatalf("%s: %v\n%s", file, err, doc)
	}
	v := types(head.Kind)
	if v == nil {
		t.Fatalf("%s: kind %q", file, head.Kind)
	}
	if err := yaml.UnmarshalStrict(doc, v); err != nil {
		t.Fatalf("%s: %s %s: %v\n%s", file, head.Kind, head.Metadata.Name, err, doc)
	}
	if len(head.Metadata.Name) == 0 || len(head.Metadata.Name) > 63 {
		t.Fatalf("%s: %s has the name %q", file, head.Kind, head.Metadata.Name)
	}
	return resource{head.Kind, head.Metadata.Name, v, doc}
}

const everything = `
autoscaling: { enabled: true, authenticationRef: kafka-login }
certificatesSecretName: dateline-certs
feed:
  enabled: true
  volumes: [{ name: spool, persistentVolumeClaim: { claimName: spool } }]
  volumeMounts: [{ name: spool, mountPath: /var/spool/wire }]
serve: { ingress: { enabled: true, className: nginx, tlsSecretName: page-tls } }
serviceMonitor: { enabled: true, labels: { release: prometheus } }
networkPolicy: { metricsFrom: [{ namespaceSelector: { matchLabels: { team: watch } } }] }
setup: { kibana: "https://kibana:5601" }
nodeSelector: { disk: ssd }
tolerations: [{ key: news, operator: Exists }]
imagePullSecrets: [{ name: registry }]
podAnnotations: { desk: night }
`

// With the values as they are, and with everything on, Helm renders objects
// that Kubernetes' own types take, nothing missing and nothing more.
func TestChartRenders(t *testing.T) {
	for name, c := range map[string]struct {
		values string
		kinds  []string
	}{
		"defaults": {"", []string{"ConfigMap news-dateline", "Deployment news-dateline-serve", "Deployment news-dateline-worker", "Job news-dateline-setup",
			"NetworkPolicy news-dateline-serve", "NetworkPolicy news-dateline-worker", "PodDisruptionBudget news-dateline-worker",
			"Service news-dateline-serve", "Service news-dateline-worker"}},
		"everything": {everything, []string{"ConfigMap news-dateline", "Deployment news-dateline-feed", "Deployment news-dateline-serve", "Deployment news-dateline-worker",
			"Ingress news-dateline-serve", "Job news-dateline-setup", "NetworkPolicy news-dateline-feed", "NetworkPolicy news-dateline-serve",
			"NetworkPolicy news-dateline-worker", "PodDisruptionBudget news-dateline-worker", "ScaledObject news-dateline-worker",
			"Service news-dateline-feed", "Service news-dateline-serve", "Service news-dateline-worker", "ServiceMonitor news-dateline"}},
		"little": {"serve: { enabled: false }\nsetup: { enabled: false }\nnetworkPolicy: { enabled: false }",
			[]string{"ConfigMap news-dateline", "Deployment news-dateline-worker", "PodDisruptionBudget news-dateline-worker", "Service news-dateline-worker"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := render(t, c.values)
			if keys := slices.Sorted(maps.Keys(got)); !slices.Equal(keys, c.kinds) {
				t.Errorf("objects %q, want %q", keys, c.kinds)
			}
		})
	}
}

// The ConfigMap is a configuration that Dateline takes, and says where the
// probes, ports and policies look.
func TestChartConfiguration(t *testing.T) {
	m := render(t, everything)["ConfigMap news-dateline"].value.(*core.ConfigMap)
	file := filepath.Join(t.TempDir(), "dateline.yaml")
	if err := os.WriteFile(file, []byte(m.Data["dateline.yaml"]), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(file, func(string) (string, bool) { return "secret", true })
	if err != nil {
		t.Fatal(err)
	}
	if c.Worker.Listen != "0.0.0.0:9600" || c.Feed.Listen != "0.0.0.0:9601" || c.Serve.Listen != "0.0.0.0:8600" {
		t.Errorf("listens on %s, %s, %s", c.Worker.Listen, c.Feed.Listen, c.Serve.Listen)
	}
	if c.Kafka.Replication != 3 || string(c.Elasticsearch.APIKey) != "secret" {
		t.Errorf("values are lost: %+v", c.Kafka)
	}
}

// Pods run without rights, with bounded memory that the collector knows of, and
// are stopped as the worker needs it.
func TestChartPods(t *testing.T) {
	all := render(t, everything)
	defaults := config.Default()
	for key, r := range all {
		var pod core.PodSpec
		switch v := r.value.(type) {
		case *apps.Deployment:
			pod = v.Spec.Template.Spec
			for k, want := range v.Spec.Selector.MatchLabels {
				if v.Spec.Template.Labels[k] != want {
					t.Errorf("%s selects %s=%s, its pods have %q", key, k, want, v.Spec.Template.Labels[k])
				}
			}
		case *batch.Job:
			pod = v.Spec.Template.Spec
		default:
			continue
		}
		if s := pod.SecurityContext; s == nil || s.RunAsNonRoot == nil || !*s.RunAsNonRoot || s.SeccompProfile == nil {
			t.Errorf("%s: security context %+v", key, s)
		}
		for _, c := range pod.Containers {
			s := c.SecurityContext
			if s == nil || !*s.ReadOnlyRootFilesystem || *s.AllowPrivilegeEscalation || len(s.Capabilities.Drop) != 1 {
				t.Errorf("%s: container %s: %+v", key, c.Name, s)
			}
			if c.Resources.Limits.Memory().IsZero() || c.Resources.Requests.Cpu().IsZero() || c.Env[0].Name != "GOMEMLIMIT" || c.Env[0].Value == "" {
				t.Errorf("%s: container %s has no bounds: %+v %+v", key, c.Name, c.Resources, c.Env)
			}
			for _, m := range c.VolumeMounts {
				if !slices.ContainsFunc(pod.Volumes, func(v core.Volume) bool { return v.Name == m.Name }) {
					t.Errorf("%s: no volume %s", key, m.Name)
				}
			}
		}
	}
	w := all["Deployment news-dateline-worker"].value.(*apps.Deployment).Spec.Template.Spec
	stop := (int64(defaults.Kafka.DrainTimeout) + int64(defaults.Kafka.CommitTimeout)) / 1e9
	if *w.TerminationGracePeriodSeconds < stop {
		t.Errorf("workers get %d s to stop, and take up to %d s", *w.TerminationGracePeriodSeconds, stop)
	}
	if got := w.Containers[0].Env[0].Value; got != "691MiB" { // nine tenths of 768Mi
		t.Errorf("GOMEMLIMIT %s", got)
	}
	// worker.memory is at most half of GOMEMLIMIT: the rest of the process.
	if limit := int64(691 << 20); int64(defaults.Worker.Memory)*2 > limit {
		t.Errorf("worker.memory %d is more than half of %d", defaults.Worker.Memory, limit)
	}
}

// What scales, disrupts and scrapes names pods and ports that are there.
func TestChartRefersToItself(t *testing.T) {
	all := render(t, everything)
	so := all["ScaledObject news-dateline-worker"].value.(*scaledObject)
	target, ok := all["Deployment "+so.Spec.ScaleTargetRef.Name].value.(*apps.Deployment)
	if !ok {
		t.Fatalf("scales %s, which is not there", so.Spec.ScaleTargetRef.Name)
	}
	if target.Spec.Replicas != nil {
		t.Error("the deployment sets replicas too: every upgrade would undo the scaling")
	}
	trigger := so.Spec.Triggers[0]
	if trigger.Type != "kafka" || trigger.Metadata["consumerGroup"] != config.Default().Kafka.Group || trigger.Metadata["topic"] != config.Default().Kafka.Topic {
		t.Errorf("trigger %+v", trigger)
	}
	if so.Spec.Advanced.HPA.Behavior.ScaleDown.Window < 300 {
		t.Error("the scale-down window is shorter than five minutes")
	}
	pdb := all["PodDisruptionBudget news-dateline-worker"].value.(*policy.PodDisruptionBudget)
	if !maps.Equal(pdb.Spec.Selector.MatchLabels, target.Spec.Selector.MatchLabels) {
		t.Errorf("the budget selects %v", pdb.Spec.Selector.MatchLabels)
	}
	monitor := all["ServiceMonitor news-dateline"].value.(*monitoring.ServiceMonitor)
	for _, name := range []string{"worker", "feed"} {
		s := all["Service news-dateline-"+name].value.(*core.Service)
		if s.Spec.Ports[0].Name != monitor.Spec.Endpoints[0].Port {
			t.Errorf("service %s has no port %s", name, monitor.Spec.Endpoints[0].Port)
		}
		d := all["Deployment news-dateline-"+name].value.(*apps.Deployment)
		if !maps.Equal(s.Spec.Selector, d.Spec.Selector.MatchLabels) {
			t.Errorf("service %s selects %v", name, s.Spec.Selector)
		}
		p := all["NetworkPolicy news-dateline-"+name].value.(*networking.NetworkPolicy)
		if p.Spec.Ingress[0].Ports[0].Port.IntVal != s.Spec.Ports[0].Port || len(p.Spec.Ingress[0].From) != 1 {
			t.Errorf("policy of %s: %+v", name, p.Spec.Ingress)
		}
	}
}

// A mistake in the values is an error of the chart, not of the cluster.
func TestChartRefusesWrongLimit(t *testing.T) {
	c, err := loader.Load("../helm/dateline")
	if err != nil {
		t.Fatal(err)
	}
	over, err := chartutil.ReadValues([]byte(`worker: { resources: { limits: { memory: 768M } } }`))
	if err != nil {
		t.Fatal(err)
	}
	all, err := chartutil.ToRenderValues(c, over, chartutil.ReleaseOptions{Name: "news"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (engine.Engine{Strict: true}).Render(c, all); err == nil || !strings.Contains(err.Error(), "write it in Mi or Gi") {
		t.Errorf("768M gives %v", err)
	}
}
