package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/spf13/cobra"

	"dateline/config"
	"dateline/deploy/kibana"
	"dateline/index/elastic"
)

// newKibanaCommand is "dateline kibana": the saved objects of Kibana, looked
// at and written without Kibana. "dateline setup --kibana" imports them.
func newKibanaCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "kibana",
		Short: "Check and export the dashboards for Kibana",
		Long: `Check and export Dateline's saved objects for Kibana: data views, saved
searches, a map and the dashboards "who, where, when", "newsroom" and
"pipeline health". dateline setup --kibana URL imports them.`,
		Example: `  dateline kibana export > dateline.ndjson      # then Stack Management, Saved Objects, Import
  dateline kibana lint
  dateline kibana lint my-export.ndjson`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newKibanaLint(), newKibanaExport())
	return cmd
}

func newKibanaLint() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "lint [FILE.ndjson]",
		Short: "Find what Kibana would show as broken",
		Long: `Compare saved objects with each other and with Dateline's mapping: shape, ids,
references and their names, fields and whether they can be used so, versions,
order, and the counts of panels and columns. Without a file, the objects of
this release. Exit code 1 if there is a finding.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			objects, err := kibanaObjects(args)
			if err != nil {
				return err
			}
			defects := kibana.Lint(objects)
			out := cmd.OutOrStdout()
			if asJSON {
				err = json.NewEncoder(out).Encode(map[string]any{"objects": len(objects), "defects": append([]kibana.Defect{}, defects...)})
			} else {
				for _, d := range defects {
					fmt.Fprintln(out, d)
				}
				_, err = fmt.Fprintf(out, "%d objects, %d findings by %d rules\n", len(objects), len(defects), len(kibana.Rules))
			}
			if err == nil && len(defects) > 0 {
				return errReported
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "findings as JSON")
	return cmd
}

// kibanaObjects reads an export, or the objects of this release.
func kibanaObjects(args []string) ([]kibana.Object, error) {
	if len(args) == 0 {
		return kibana.Pack()
	}
	f, err := os.Open(args[0])
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return kibana.ReadNDJSON(args[0], f)
}

func newKibanaExport() *cobra.Command {
	var prefix string
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write the file that Kibana imports",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			file, err := kibanaFile(prefix)
			if err != nil {
				return err
			}
			_, err = cmd.OutOrStdout().Write(file)
			return err
		},
	}
	cmd.Flags().StringVar(&prefix, "prefix", kibana.Prefix, "elasticsearch.prefix of the indices to look at")
	return cmd
}

func kibanaFile(prefix string) ([]byte, error) {
	objects, err := kibana.Pack()
	if err != nil {
		return nil, err
	}
	return kibana.NDJSON(objects, prefix)
}

// kibanaTimeout bounds one request: an import of the pack takes Kibana seconds.
const kibanaTimeout = time.Minute

// kibanaStep is what setup did in Kibana, or would do.
type kibanaStep struct {
	URL     string `json:"url"`
	Space   string `json:"space,omitempty"`
	Version string `json:"version,omitempty"`
	Objects int    `json:"objects"`
	State   string `json:"state"` // imported
}

// setupKibana imports the saved objects. Kibana takes the credentials of
// Elasticsearch.
func setupKibana(ctx context.Context, c *config.Config, address, space string, dryRun bool) (*kibanaStep, error) {
	objects, err := kibana.Pack()
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, usageError{fmt.Errorf("--kibana %q: want an address like https://kibana.example.net:5601", address)}
	}
	step := &kibanaStep{URL: u.Redacted(), Space: space, Objects: len(objects), State: "imported"}
	if dryRun {
		return step, nil
	}
	file, err := kibanaFile(c.Elasticsearch.Prefix)
	if err != nil {
		return nil, err
	}
	client, err := elastic.HTTPClient(c.Elasticsearch, kibanaTimeout)
	if err != nil {
		return nil, err
	}
	defer client.CloseIdleConnections()
	k := kibana.Client{URL: address, Space: space, HTTP: client, Auth: kibanaAuth(c.Elasticsearch)}
	done, err := k.Import(ctx, file)
	if err != nil {
		return nil, fmt.Errorf("kibana at %s: %w", u.Redacted(), err)
	}
	if done.Objects != len(objects) {
		return nil, fmt.Errorf("kibana at %s took %d of %d objects", u.Redacted(), done.Objects, len(objects))
	}
	step.Version = done.Version
	return step, nil
}

func kibanaAuth(c config.Elasticsearch) http.Header {
	h := http.Header{}
	switch {
	case c.APIKey != "":
		h.Set("Authorization", "ApiKey "+string(c.APIKey))
	case c.Username != "":
		h.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(c.Username+":"+string(c.Password))))
	}
	return h
}
