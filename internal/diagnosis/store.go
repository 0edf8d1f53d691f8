package diagnosis

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"

	"dateline/config"
	"dateline/index/elastic"
	"dateline/index/embedded"
)

// store follows the way to the store, the rights in it and its templates.
func (w *walk) store(o Options) {
	w.begin("store")
	c := o.Config
	if c.Store == "embedded" {
		w.step("folder "+c.Embedded.Dir, func(context.Context) error { return folder(c.Embedded.Dir) })
		return
	}
	var s *elastic.Store
	w.step("certificates of elasticsearch", func(context.Context) (err error) {
		if s, err = elastic.New(c.Elasticsearch, elastic.Options{Document: o.Document, Product: o.Product}); err != nil {
			return fault(File, err, "mend the file that is named: PEM text, readable by this user")
		}
		return nil
	})
	if s == nil {
		return
	}
	defer s.Close()
	for _, address := range c.Elasticsearch.Addresses {
		w.node(address, c, o)
	}
	w.step("privileges", func(ctx context.Context) error { return privileges(ctx, s) })
	w.step("size of bulks", func(ctx context.Context) error { return bulkBytes(ctx, s, c) })
	w.step("names of aliases", func(ctx context.Context) error {
		taken, err := s.AliasesTaken(ctx)
		if err != nil || len(taken) == 0 {
			return unlessForbidden(err)
		}
		return fault(AliasTaken, fmt.Errorf("%s is an index, and should be an alias", strings.Join(taken, ", ")),
			"something wrote there before dateline setup was run, and Elasticsearch made an index of that name: delete it, or choose another elasticsearch.prefix")
	})
	w.step("templates", func(ctx context.Context) error { return verify(ctx, s) })
	w.step("indices take writes", func(ctx context.Context) error {
		blocked, err := s.Blocked(ctx)
		if err != nil || len(blocked) == 0 {
			return unlessForbidden(err)
		}
		return fault(ReadOnly, fmt.Errorf("blocked: %s", strings.Join(blocked, ", ")),
			"a full disk, or somebody, made them read-only: free disk space, or remove index.blocks")
	})
}

func folder(dir string) error {
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		return note("it is not there yet and will be made")
	}
	s, err := embedded.Open(dir)
	switch {
	case err == nil:
		return s.Close()
	case errors.Is(err, os.ErrPermission):
		return fault(File, err, "this user may not write there: mend the rights, or choose another embedded.dir")
	case errors.Is(err, embedded.ErrLocked):
		return fault(Locked, err, "another process has it open: stop it, or choose another embedded.dir")
	}
	return fault(File, err, "embedded.dir must be a folder of Dateline's own, or not be there yet")
}

// node tries one address of elasticsearch.addresses.
func (w *walk) node(address string, c *config.Config, o Options) {
	u, err := url.Parse(address)
	if err != nil {
		w.step("elasticsearch.addresses", func(context.Context) error { return fault(Configuration, err, "write it as http://host:9200") })
		return
	}
	host := u.Host
	if u.Port() == "" {
		host = net.JoinHostPort(u.Hostname(), u.Scheme) // http and https are also port names
	}
	w.reach("elasticsearch.addresses", host)
	one := c.Elasticsearch
	one.Addresses = []string{address}
	s, err := elastic.New(one, elastic.Options{Document: o.Document, Product: o.Product})
	if err != nil {
		return // said before, of all addresses
	}
	defer s.Close()
	if u.Scheme == "https" {
		w.step("TLS with "+host, func(ctx context.Context) error { return handshake(ctx, host, s.TLS(), "elasticsearch") })
	}
	w.step("cluster at "+u.Redacted(), func(ctx context.Context) error { return clusterFault(ctx, s.Health(ctx), u, host) })
}

// clusterFault tells apart why a cluster does not say how it is.
func clusterFault(ctx context.Context, err error, u *url.URL, host string) error {
	if err == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	var e *elastic.StatusError
	switch {
	case errors.As(err, &e) && e.Status == http.StatusUnauthorized:
		return fault(Credentials, err, "the cluster does not know this API key, or this name and password: check elasticsearch.api_key, or username and password; a key may have expired or been invalidated")
	case errors.As(err, &e) && e.Status == http.StatusForbidden:
		return fault(Privilege, err, "the key or user needs the cluster privilege monitor, see docs/security.md")
	case u.Scheme == "http" && speaksTLS(ctx, host):
		return fault(TLSExpected, err, "the port speaks TLS: write https:// in elasticsearch.addresses, and elasticsearch.ca_file or certificate_fingerprint if its authority is not a public one")
	case errors.As(err, &e) && e.Status == http.StatusServiceUnavailable:
		return fault(Unhealthy, err, "the cluster has no master, or is starting: look at its log")
	case strings.Contains(err.Error(), "not Elasticsearch"), errors.As(err, &e) && e.Status == http.StatusNotFound, !speaksHTTP(ctx, host) && u.Scheme == "http":
		return fault(NotES, err, "something else than Elasticsearch answers there: check host, port and path in elasticsearch.addresses; OpenSearch is not supported")
	}
	return err
}

// unlessForbidden makes a refusal to look a note: the worker need not look.
func unlessForbidden(err error) error {
	var e *elastic.StatusError
	if errors.As(err, &e) && e.Status == http.StatusForbidden {
		return note("this key may not look, which a worker need not")
	}
	return err
}

func privileges(ctx context.Context, s *elastic.Store) error {
	missing, secured, err := s.MissingPrivileges(ctx)
	switch {
	case err != nil:
		return unlessForbidden(err)
	case !secured:
		return note("the cluster's security is off: everybody may do everything")
	case len(missing) > 0:
		return fault(Privilege, fmt.Errorf("missing: %s", strings.Join(missing, ", ")),
			"give them to the key or user: monitor on the cluster, and read, index and create_index on the indices of elasticsearch.prefix, see docs/security.md")
	}
	return nil
}

func bulkBytes(ctx context.Context, s *elastic.Store, c *config.Config) error {
	nodes, err := s.Nodes(ctx)
	if err != nil {
		return unlessForbidden(err)
	}
	for _, n := range nodes {
		if n.Major() > 0 && n.Major() < 8 {
			return fault(Version, fmt.Errorf("node %s runs %s", n.Name, n.Version), "Dateline needs Elasticsearch 8 or 9")
		}
		if n.MaxBytes > 0 && int64(c.Worker.Bulk.Bytes) > n.MaxBytes {
			return fault(BulkBytes, fmt.Errorf("worker.bulk.bytes is %s, node %s takes %d bytes (http.max_content_length)", c.Worker.Bulk.Bytes, n.Name, n.MaxBytes),
				"lower worker.bulk.bytes, or raise http.max_content_length")
		}
	}
	return nil
}

func verify(ctx context.Context, s *elastic.Store) error {
	err := s.Verify(ctx)
	switch {
	case errors.Is(err, elastic.ErrNewer):
		return fault(Newer, err, "an older release must not write there: upgrade Dateline here, or choose another elasticsearch.prefix")
	case errors.Is(err, elastic.ErrPeriod):
		return fault(Period, err, "set elasticsearch.period to what the cluster has, or choose another elasticsearch.prefix")
	case errors.Is(err, elastic.ErrSetup):
		return fault(Templates, err, "run dateline setup with a user that may manage index templates")
	}
	return err
}
