package worker

import (
	"crypto/subtle"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"time"

	"go.uber.org/zap"

	"dateline/worker/deadletter"
)

// parks are an operator's orders to move records in flight to the dead-letter
// topic. The sender obeys when it next has a write of such a record in its
// hands, which held writes are every two seconds.
type parks struct {
	mu     sync.Mutex
	orders map[deadletter.Origin]bool // true once the sender has obeyed
}

func (p *parks) order(at deadletter.Origin) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.orders == nil {
		p.orders = make(map[deadletter.Origin]bool)
	}
	p.orders[at] = false
}

// withdraw ends an order and reports whether it was obeyed.
func (p *parks) withdraw(at deadletter.Origin) (obeyed bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	obeyed = p.orders[at]
	delete(p.orders, at)
	return obeyed
}

// obey reports whether this record is to be parked, and notes that it is done.
func (p *parks) obey(r *Record) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.orders) == 0 {
		return false
	}
	at := place(r)
	if _, ok := p.orders[at]; !ok {
		return false
	}
	p.orders[at] = true
	return true
}

// parkPatience bounds an answer to a park order: a held write comes by every
// two seconds, the dead-letter topic has ten. It stays below the server's
// write timeout.
const (
	parkPatience = 25 * time.Second
	parkPoll     = 20 * time.Millisecond
)

// park obeys POST /park?record=topic/partition/offset: the record, which must
// be in flight in this worker, goes to the dead-letter topic with the reason
// operator. It asks for worker.token as a bearer token.
//
//	200  the letter is acknowledged
//	202  the record is on its way there; the topic has not acknowledged yet
//	400  not topic/partition/offset
//	401  another token
//	403  no worker.token is set
//	404  the record is not in flight in this worker
//	503  the writes of the record could not be reached in time
func (w *Worker) park(rw http.ResponseWriter, r *http.Request) {
	token := string(w.limits.get().Token)
	sent, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	switch {
	case token == "":
		parkAnswer(rw, http.StatusForbidden, "this worker takes no orders: set worker.token")
		return
	case subtle.ConstantTimeCompare([]byte(sent), []byte(token)) != 1:
		parkAnswer(rw, http.StatusUnauthorized, "the bearer token is not that of worker.token")
		return
	}
	at, err := deadletter.ParseOrigin(r.URL.Query().Get("record"))
	if err != nil {
		parkAnswer(rw, http.StatusBadRequest, "record: "+err.Error())
		return
	}
	ring := w.inFlight(at)
	if ring == nil {
		parkAnswer(rw, http.StatusNotFound, at.String()+" is not in flight in this worker: it is settled, not read yet, or another worker's")
		return
	}
	w.parks.order(at)
	w.log.Info("an operator parks a record", zap.String("record", at.String()))
	for end := time.Now().Add(parkPatience); ring.Holds(at.Offset); time.Sleep(parkPoll) {
		if time.Now().Before(end) && r.Context().Err() == nil {
			continue
		}
		if w.parks.withdraw(at) {
			parkAnswer(rw, http.StatusAccepted, at.String()+" waits for the dead-letter topic")
		} else {
			parkAnswer(rw, http.StatusServiceUnavailable, at.String()+" could not be reached in time; try again")
		}
		return
	}
	w.parks.withdraw(at)
	if ring.Fenced() {
		parkAnswer(rw, http.StatusNotFound, at.String()+" has gone to another worker: ask that one")
		return
	}
	parkAnswer(rw, http.StatusOK, at.String()+" is settled")
}

// inFlight is the ring that holds a record; nil if none does.
func (w *Worker) inFlight(at deadletter.Origin) *Ring {
	_, rings := w.group.state()
	for _, r := range rings {
		if r.Topic == at.Topic && r.Partition == at.Partition && r.Holds(at.Offset) {
			return r
		}
	}
	return nil
}

func parkAnswer(rw http.ResponseWriter, status int, text string) {
	rw.Header().Set("Content-Type", "application/json")
	rw.WriteHeader(status)
	_ = json.NewEncoder(rw).Encode(map[string]string{"message": text}) // an operator who has gone needs no answer
}
