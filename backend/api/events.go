package api

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Event tells the heads what changed. Seq is the commit sequence; Import, Run and Progress are there while a job runs.
type Event struct {
	Seq      int64          `json:"seq"`
	Topics   []string       `json:"topics"`
	Import   string         `json:"import,omitempty"`
	Run      string         `json:"run,omitempty"`
	Progress *EventProgress `json:"progress,omitempty"`
}

// EventProgress is how far a run is.
type EventProgress struct {
	Done  int64 `json:"done"`
	Total int64 `json:"total"`
}

// pace bounds how often the heads hear: what happens within it is told together.
const pace = 200 * time.Millisecond

// Hub gathers what changed and tells all heads.
type Hub struct {
	mu          sync.Mutex
	topics      map[string]bool
	next        Event
	pending     bool
	subscribers map[chan []byte]map[string]bool // with the topics that a full one has not heard of yet
	closed      bool
}

// NewHub makes a Hub.
func NewHub() *Hub {
	return &Hub{topics: map[string]bool{}, subscribers: map[chan []byte]map[string]bool{}}
}

// Changed notes a commit.
func (h *Hub) Changed(seq int64, topics []string) {
	h.note(func(e *Event) {
		e.Seq = max(e.Seq, seq)
		for _, topic := range topics {
			h.topics[topic] = true
		}
	})
}

// Progress notes how far a job of an import is.
func (h *Hub) Progress(importID, runID, done, total int64) {
	h.note(func(e *Event) {
		if importID != 0 {
			e.Import = idText(importID)
		}
		e.Run, e.Progress = idText(runID), &EventProgress{done, total}
		h.topics["runs"] = true
	})
}

func (h *Hub) note(change func(*Event)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	change(&h.next)
	if !h.pending && !h.closed {
		h.pending = true
		time.AfterFunc(pace, h.tell)
	}
}

func (h *Hub) tell() {
	h.mu.Lock()
	defer h.mu.Unlock()
	event := h.next
	h.pending, h.next = false, Event{Seq: h.next.Seq}
	for subscriber, missed := range h.subscribers {
		send(subscriber, missed, h.topics, event)
	}
	clear(h.topics)
}

// send tells one head. One that does not keep up hears of the topics it missed with the next event that gets through.
func send(subscriber chan []byte, missed, topics map[string]bool, event Event) {
	maps.Copy(missed, topics)
	event.Topics = slices.Sorted(maps.Keys(missed))
	text, err := json.Marshal(event)
	if err != nil {
		return
	}
	select {
	case subscriber <- text:
		clear(missed)
	default:
	}
}

// Subscribe gives a channel of events as JSON, and how to end it. The channel is closed when the hub is.
func (h *Hub) Subscribe() (events <-chan []byte, cancel func()) {
	subscriber := make(chan []byte, 16)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		close(subscriber)
		return subscriber, func() {}
	}
	h.subscribers[subscriber] = map[string]bool{}
	return subscriber, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		if h.subscribers[subscriber] != nil {
			delete(h.subscribers, subscriber)
			close(subscriber)
		}
	}
}

// Close ends all subscriptions.
func (h *Hub) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for subscriber := range h.subscribers {
		close(subscriber)
	}
	clear(h.subscribers)
}

// serve streams events to a browser (Server-Sent Events, WHATWG HTML 9.2).
func (h *Hub) serve(w http.ResponseWriter, r *http.Request) {
	flusher, ok := w.(http.Flusher)
	if !ok {
		http.Error(w, "streaming is not possible here", http.StatusNotImplemented)
		return
	}
	events, cancel := h.Subscribe()
	defer cancel()
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = fmt.Fprint(w, "retry: 1000\n\n")
	flusher.Flush()
	for {
		select {
		case text, open := <-events:
			if !open {
				return
			}
			_, _ = fmt.Fprintf(w, "event: change\ndata: %s\n\n", text)
			flusher.Flush()
		case <-r.Context().Done():
			return
		}
	}
}
