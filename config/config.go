package config

import "time"

// Config is every setting of every Dateline process. The zero value is not
// usable; start from Default, Parse or Load. What each field bounds and what
// too much of it costs stands in spec.go, once, and is printed by Reference.
type Config struct {
	Log           Log           `yaml:"log"`
	Kafka         Kafka         `yaml:"kafka"`
	Store         string        `yaml:"store"` // elasticsearch or embedded
	Elasticsearch Elasticsearch `yaml:"elasticsearch"`
	Embedded      Embedded      `yaml:"embedded"`
	Worker        Worker        `yaml:"worker"`
	Feed          Feed          `yaml:"feed"`
	Serve         Serve         `yaml:"serve"`
	Tracing       Tracing       `yaml:"tracing"`
	Sources       []Source      `yaml:"sources"`
}

// Log says how much a process tells and in which form.
type Log struct {
	Level  string `yaml:"level"`  // debug, info, warn or error
	Format string `yaml:"format"` // json, console, or auto: console on a terminal
}

// Kafka is the broker side: where records come from, which topics take part
// and how a group member times its work.
type Kafka struct {
	Brokers           []string `yaml:"brokers"` // host:port, at least one
	ClientID          string   `yaml:"client_id"`
	Topic             string   `yaml:"topic"`
	Group             string   `yaml:"group"`
	DLQTopic          string   `yaml:"dlq_topic"`
	FingerprintTopic  string   `yaml:"fingerprint_topic"`
	BackfillTopic     string   `yaml:"backfill_topic"`
	BackfillGroup     string   `yaml:"backfill_group"`
	TLS               TLS      `yaml:"tls"`
	SASL              SASL     `yaml:"sasl"`
	HeartbeatInterval Duration `yaml:"heartbeat_interval"`
	SessionTimeout    Duration `yaml:"session_timeout"`
	RebalanceTimeout  Duration `yaml:"rebalance_timeout"`
	JoinBackoff       Duration `yaml:"join_backoff"`
	DrainTimeout      Duration `yaml:"drain_timeout"`
	CommitTimeout     Duration `yaml:"commit_timeout"`
	CommitInterval    Duration `yaml:"commit_interval"`
	CommitEvery       int      `yaml:"commit_every"` // settled records
	MaxWait           Duration `yaml:"max_wait"`
	FetchBytes        Bytes    `yaml:"fetch_bytes"`
	OnGap             string   `yaml:"on_gap"` // skip or hold
	MetadataInterval  Duration `yaml:"metadata_interval"`
	Partitions        int      `yaml:"partitions"`  // of a topic that setup creates
	Replication       int      `yaml:"replication"` // of a topic that setup creates
	Retention         Duration `yaml:"retention"`   // of a topic that setup creates
}

// TLS encrypts the connections to the brokers.
type TLS struct {
	Enabled    bool   `yaml:"enabled"`
	CAFile     string `yaml:"ca_file"`     // PEM; empty: the system's authorities
	CertFile   string `yaml:"cert_file"`   // PEM; client certificate
	KeyFile    string `yaml:"key_file"`    // PEM; key of CertFile
	ServerName string `yaml:"server_name"` // empty: the broker's own host name
}

// SASL is how a process tells the brokers who it is.
type SASL struct {
	Mechanism string `yaml:"mechanism"` // none, plain, scram-sha-256 or scram-sha-512
	Username  string `yaml:"username"`
	Password  Secret `yaml:"password"`
}

// Elasticsearch is the cluster that stores the documents, with the shape of
// the indices that setup creates there.
type Elasticsearch struct {
	Addresses              []string `yaml:"addresses"` // URLs, at least one
	APIKey                 Secret   `yaml:"api_key"`
	Username               string   `yaml:"username"`
	Password               Secret   `yaml:"password"`
	CAFile                 string   `yaml:"ca_file"`                 // PEM
	CertificateFingerprint string   `yaml:"certificate_fingerprint"` // SHA-256, hex
	Prefix                 string   `yaml:"prefix"`
	Period                 string   `yaml:"period"` // month, year or single
	Timeout                Duration `yaml:"timeout"`
	Compression            string   `yaml:"compression"` // auto, on or off
	Shards                 int      `yaml:"shards"`
	Replicas               int      `yaml:"replicas"`
	RefreshInterval        Duration `yaml:"refresh_interval"`
	CompatibilityMode      bool     `yaml:"compatibility_mode"`
}

// Embedded is the on-disk index that stands in for a cluster when Store is
// "embedded".
type Embedded struct {
	Dir string `yaml:"dir"`
}

// Worker bounds what one worker process holds, runs and sends.
type Worker struct {
	Listen       string   `yaml:"listen"`      // host:port of health and metrics
	Concurrency  int      `yaml:"concurrency"` // articles in the stages at once; 0: GOMAXPROCS
	Memory       Bytes    `yaml:"memory"`
	RingRecords  int      `yaml:"ring_records"` // per partition
	RingBytes    Bytes    `yaml:"ring_bytes"`   // per partition
	Epoch        int      `yaml:"epoch"`        // 0 to 1023
	StageTimeout Duration `yaml:"stage_timeout"`
	Stages       []string `yaml:"stages"`
	Dedup        Dedup    `yaml:"dedup"`
	Bulk         Bulk     `yaml:"bulk"`
	StallAfter   Duration `yaml:"stall_after"`
	Overrides    string   `yaml:"overrides"`    // file of corrections; empty: none
	EventSlots   int      `yaml:"event_slots"`  // 0 to 16
	BackfillLag  int      `yaml:"backfill_lag"` // records

	BreakerPercent   int      `yaml:"breaker_percent"`    // of dead documents; 0: off
	ServerErrorAfter Duration `yaml:"server_error_after"` // 0: never
	Token            Secret   `yaml:"token"`              // empty: no orders are taken
}

// Dedup is how verdicts on repeats are taken.
type Dedup struct {
	Dir                string   `yaml:"dir"` // of checkpoints; empty: none
	CheckpointInterval Duration `yaml:"checkpoint_interval"`
	WindowDays         int      `yaml:"window_days"`
	FullDays           int      `yaml:"full_days"`
	MaxItems           int      `yaml:"max_items"`
}

// Bulk says when a batch of documents is sent and how many may be on the way.
type Bulk struct {
	Bytes       Bytes    `yaml:"bytes"` // uncompressed
	Docs        int      `yaml:"docs"`
	Linger      Duration `yaml:"linger"`
	MaxInFlight int      `yaml:"max_in_flight"`
}

// Feed is where raw articles enter: HTTP push, wire feeds, watched folders.
type Feed struct {
	Listen       string    `yaml:"listen"` // host:port of HTTP push, health and metrics
	Token        Secret    `yaml:"token"`  // empty: no push
	StateDir     string    `yaml:"state_dir"`
	FeedsFile    string    `yaml:"feeds_file"` // OPML
	Contact      string    `yaml:"contact"`    // in the User-Agent of requests for feeds
	MinInterval  Duration  `yaml:"min_interval"`
	AllowPrivate bool      `yaml:"allow_private"`
	Folders      []Folder  `yaml:"folders"`
	Captures     []Capture `yaml:"captures"`
	Poll         Duration  `yaml:"poll"`
	SettleTime   Duration  `yaml:"settle_time"`
	MaxBytes     Bytes     `yaml:"max_bytes"`
}

// Capture is one file that a receiver of a serial line appends to.
type Capture struct {
	Path     string `yaml:"path"`
	Source   string `yaml:"source"`   // ID of a Source
	Format   string `yaml:"format"`   // iptc7901 or anpa1312; empty: look at each message
	Timezone string `yaml:"timezone"` // IANA name; empty: that of the Source
}

// Folder is one watched folder of article files.
type Folder struct {
	Path     string `yaml:"path"`
	Source   string `yaml:"source"`   // ID of a Source
	Format   string `yaml:"format"`   // empty: look at each file
	Timezone string `yaml:"timezone"` // IANA name; empty: that of the Source
}

// Serve is the web page and its API.
type Serve struct {
	Listen      string `yaml:"listen"` // host:port
	Token       Secret `yaml:"token"`  // empty: no token asked
	PageSize    int    `yaml:"page_size"`
	MaxPageSize int    `yaml:"max_page_size"`
}

// Tracing is where spans of records go.
type Tracing struct {
	Endpoint string `yaml:"endpoint"` // URL of OTLP/HTTP; empty: no tracing
	Token    Secret `yaml:"token"`
	OneIn    int    `yaml:"one_in"` // records
}

// Source is one publisher or wire as Dateline knows it. Its ID is part of
// every document id, so it must never change.
type Source struct {
	ID        string `yaml:"id"`
	Name      string `yaml:"name"`
	URL       string `yaml:"url"`
	Country   string `yaml:"country"`    // ISO 3166-1 alpha-2
	Language  string `yaml:"language"`   // BCP 47
	Timezone  string `yaml:"timezone"`   // IANA name
	Outlet    string `yaml:"outlet"`     // name to store where an article names none
	Revision  string `yaml:"revision"`   // auto, counter or time
	DateOrder string `yaml:"date_order"` // dmy, mdy or ymd; empty: by country
}

// Duration is a time span, written "500ms", "30s" or "168h" in the file. It
// is time.Duration itself, so a setting needs no conversion where it is used.
type Duration = time.Duration
