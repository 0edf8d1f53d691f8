package bench

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"slices"
	"time"

	"dateline/internal/peak"
)

// StartRow is what a process costs from its start to its end.
type StartRow struct {
	Name     string  `json:"name"`
	Runs     int     `json:"runs"`
	LeastMS  float64 `json:"least_ms"`
	MedianMS float64 `json:"median_ms"`
	CPUMS    float64 `json:"cpu_ms"` // least
	RSSMB    float64 `json:"rss_mb"` // highest resident memory, looked up every millisecond, the most of the runs; 0 where the system does not say
}

// StartCase is a process to start: arguments and standard input.
type StartCase struct {
	Name  string
	Args  []string
	Input []byte
}

// Start runs a program once for each case and round, the cases by turns. A run
// that fails ends it.
func Start(ctx context.Context, program string, rounds int, cases []StartCase, progress func(string)) ([]StartRow, error) {
	took := make([][]float64, len(cases))
	rows := make([]StartRow, len(cases))
	for round := range rounds {
		progress(fmt.Sprintf("round %d of %d", round+1, rounds))
		for i, c := range cases {
			cmd := exec.CommandContext(ctx, program, c.Args...)
			var failed bytes.Buffer
			cmd.Stdin, cmd.Stderr = bytes.NewReader(c.Input), &failed
			start := time.Now()
			highest, err := watch(cmd)
			if err != nil {
				return nil, fmt.Errorf("%s: %w: %s", c.Name, err, bytes.TrimSpace(failed.Bytes()))
			}
			took[i] = append(took[i], time.Since(start).Seconds()*1e3)
			cpu := (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds() * 1e3
			r := &rows[i]
			if r.CPUMS == 0 || cpu < r.CPUMS {
				r.CPUMS = cpu
			}
			r.RSSMB = max(r.RSSMB, highest)
		}
	}
	for i, c := range cases {
		slices.Sort(took[i])
		rows[i].Name, rows[i].Runs = c.Name, rounds
		rows[i].LeastMS, rows[i].MedianMS = took[i][0], took[i][rounds/2]
	}
	return rows, nil
}

// watch runs a command and answers the highest resident memory it was seen with.
func watch(cmd *exec.Cmd) (highest float64, err error) {
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case err := <-ended:
			return highest, err
		case <-time.After(time.Millisecond):
			highest = max(highest, peak.MB(cmd.Process.Pid))
		}
	}
}
