package config_test

import (
	"errors"
	"fmt"
	"strings"

	"dateline/config"
)

func ExampleParse() {
	file := []byte(`
kafka:
  brokers: [kafka-1.example.net:9092]
  drain_timeout: 8s
elasticsearch:
  api_key: ${ES_KEY}
`)
	env := func(name string) (string, bool) { return "b64-of-id-and-key", name == "ES_KEY" }
	c, err := config.Parse("dateline.yaml", file, env)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(c.Kafka.Brokers[0], c.Kafka.DrainTimeout, c.Kafka.SessionTimeout)
	fmt.Println(c.Elasticsearch.APIKey, string(c.Elasticsearch.APIKey))
	// Output:
	// kafka-1.example.net:9092 8s 30s
	// *** b64-of-id-and-key
}

func ExampleParse_problems() {
	file := []byte(`kafka:
  brokerz: [127.0.0.1:9092]
  commit_interval: 1
worker:
  bulk: {bytes: 64MiB}
`)
	_, err := config.Parse("dateline.yaml", file, nil)
	fmt.Println(err)
	var problems config.Problems
	fmt.Println(errors.As(err, &problems), len(problems))
	// Output:
	// dateline.yaml:2:3: unknown key "kafka.brokerz"; did you mean "brokers"?
	// dateline.yaml:3:20: kafka.commit_interval: 1 has no unit; write "1s" for seconds or "1ms" for milliseconds
	// dateline.yaml:5:17: worker.bulk.bytes: bulk.bytes (64MiB) is above ring_bytes (32MiB); a bulk could never fill: lower bulk.bytes or raise ring_bytes
	// true 3
}

func ExampleConfig_Validate() {
	c := config.Default()
	c.Worker.Epoch = 5000 // a flag, say
	fmt.Println(c.Validate())
	// Output:
	// worker.epoch: 5000 is out of bounds; write 0 to 1023
}

func ExamplePrint() {
	c, err := config.Parse("dateline.yaml", []byte("serve: {token: open-sesame}"), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	var b strings.Builder
	if err := config.Print(&b, c); err != nil {
		fmt.Println(err)
		return
	}
	_, serve, _ := strings.Cut(b.String(), "serve:\n")
	fmt.Print(serve)
	// Output:
	//   listen: 127.0.0.1:8600
	//   token: "***"
	//   page_size: 20
	//   max_page_size: 200
	// tracing:
	//   endpoint: ""
	//   token: ""
	//   one_in: 100
	// sources: []
}

func ExampleBytes() {
	fmt.Println(config.Default().Worker.Bulk.Bytes, int64(config.Default().Worker.Bulk.Bytes))
	// Output:
	// 2MiB 2097152
}
