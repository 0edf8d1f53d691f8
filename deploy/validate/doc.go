// Package validate tests what is deployed: the compose file, the image's build,
// the Helm chart, the alerts and the Grafana dashboard. It is a module of its
// own, so that Helm, Kubernetes' types, Compose's loader and Prometheus' parser
// are no dependencies of Dateline.
//
// No container is run here. The chart is rendered by Helm's own engine and
// decoded, strictly, into the types of Kubernetes and of the Prometheus
// operator; the compose file is read by Compose's own loader, and with the tag
// servers its commands, settings, accounts and health checks are run as
// processes against a real Kafka and a real Elasticsearch with logins and TLS.
package validate
