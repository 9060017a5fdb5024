package sim

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// document is a file in Amazon's store.
type document struct {
	content string // its type
	until   int64  // to when it can be laid down
	bytes   []byte
	packed  bool
}

// feed is one feed: queued, worked off, done.
type feed struct {
	id, document, kind string
	created            int64
	issues             []any
	accepted, messages int
}

// A feed waits in the queue, then it is worked off, then it is done.
const queuedFor, doneAfter, storedFor = 30, 90, 300

func (f *feed) state(now int64) string {
	switch age := now - f.created; {
	case age < queuedFor:
		return "IN_QUEUE"
	case age < doneAfter:
		return "IN_PROGRESS"
	}
	return "DONE"
}

func (a *Amazon) routeFeeds(w http.ResponseWriter, r *http.Request, parts []string, body []byte) {
	switch what := r.Method + " " + parts[0]; {
	case what == "POST documents" && len(parts) == 1:
		a.newDocument(w, r, body)
	case what == "POST feeds" && len(parts) == 1:
		a.newFeed(w, body)
	case what == "GET feeds" && len(parts) == 2:
		a.getFeed(w, parts[1])
	case what == "GET documents" && len(parts) == 2:
		d := a.documents[parts[1]]
		if d == nil || d.bytes == nil {
			bad(w, "Invalid input")
			return
		}
		answer := map[string]any{"feedDocumentId": parts[1], "url": at(r, parts[1])}
		if d.packed {
			answer["compressionAlgorithm"] = "GZIP"
		}
		say(w, http.StatusOK, answer)
	default:
		refuse(w, http.StatusNotFound, "NotFound", "The requested resource does not exist.", "")
	}
}

// at is an address in the store that carries its own permission.
func at(r *http.Request, id string) string {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + r.Host + "/store/" + id + "?X-Amz-Signature=simulated"
}

func (a *Amazon) newDocument(w http.ResponseWriter, r *http.Request, body []byte) {
	var asked struct {
		Content string `json:"contentType"`
	}
	if json.Unmarshal(body, &asked) != nil || asked.Content == "" {
		bad(w, "Invalid input")
		return
	}
	a.papers++
	id := fmt.Sprintf("amzn1.tortuga.4.eu.%d", a.papers)
	a.documents[id] = &document{content: asked.Content, until: a.now() + storedFor}
	say(w, http.StatusCreated, map[string]any{"feedDocumentId": id, "url": at(r, id)})
}

// store takes and gives files. Who comes with a token of the interface shows it to the wrong one.
func (a *Amazon) store(w http.ResponseWriter, r *http.Request, body []byte) {
	d := a.documents[strings.TrimPrefix(r.URL.Path, "/store/")]
	signed := r.URL.Query().Get("X-Amz-Signature") == "simulated" && r.Header.Get("X-Amz-Access-Token") == ""
	w.Header().Set("Content-Type", "application/xml")
	switch {
	case d == nil || !signed || r.Method == http.MethodPut && (d.until < a.now() || r.Header.Get("Content-Type") != d.content):
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write([]byte("<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"))
	case r.Method == http.MethodPut:
		d.bytes = body
		w.WriteHeader(http.StatusOK)
	default:
		w.Header().Set("Content-Type", cmp.Or(d.content, "application/octet-stream"))
		_, _ = w.Write(d.bytes)
	}
}

// message is one message of a feed.
type message struct {
	ID        int    `json:"messageId"`
	SKU       string `json:"sku"`
	Operation string `json:"operationType"`
	patches
}

func (a *Amazon) newFeed(w http.ResponseWriter, body []byte) {
	var asked struct {
		Kind         string   `json:"feedType"`
		Marketplaces []string `json:"marketplaceIds"`
		Document     string   `json:"inputFeedDocumentId"`
	}
	_ = json.Unmarshal(body, &asked) // what is missing is refused
	d := a.documents[asked.Document]
	if d == nil || d.bytes == nil || asked.Kind != "JSON_LISTINGS_FEED" || len(asked.Marketplaces) != 1 {
		bad(w, "Invalid input")
		return
	}
	a.papers++
	f := &feed{id: fmt.Sprint(50_000 + a.papers), document: asked.Document, kind: asked.Kind, created: a.now()}
	a.feeds[f.id] = f
	a.work(f, d)
	say(w, http.StatusAccepted, map[string]any{"feedId": f.id})
}

// work takes the messages of a feed. What they change shows when the feed is done.
func (a *Amazon) work(f *feed, d *document) {
	var file struct {
		Header struct {
			Seller  string `json:"sellerId"`
			Version string `json:"version"`
		} `json:"header"`
		Messages []message `json:"messages"`
	}
	if json.Unmarshal(d.bytes, &file) != nil || file.Header.Seller != Seller || file.Header.Version != "2.0" {
		f.issues = append(f.issues, map[string]any{"messageId": 0, "code": "4000001", "severity": "ERROR", "message": "The feed cannot be read."})
		return
	}
	f.messages = len(file.Messages)
	for _, m := range file.Messages {
		words := "The SKU does not exist."
		if l := a.listingOf(m.SKU); l != nil && m.Operation == "PATCH" {
			words = a.accept(l, m.patches, f.created+doneAfter)
		}
		if words == "" {
			f.accepted++
			continue
		}
		f.issues = append(f.issues, map[string]any{"messageId": m.ID, "sku": m.SKU, "code": "90000900", "severity": "ERROR", "message": words})
	}
}

func (a *Amazon) getFeed(w http.ResponseWriter, id string) {
	f := a.feeds[id]
	if f == nil {
		refuse(w, http.StatusNotFound, "NotFound", "The feed does not exist.", "")
		return
	}
	answer := map[string]any{"feedId": f.id, "feedType": f.kind, "marketplaceIds": []string{Marketplace}, "createdTime": iso(f.created), "processingStatus": f.state(a.now())}
	if f.state(a.now()) == "DONE" {
		answer["processingStartTime"], answer["processingEndTime"] = iso(f.created+queuedFor), iso(f.created+doneAfter)
		answer["resultFeedDocumentId"] = a.result(f)
	}
	say(w, http.StatusOK, answer)
}

// result is the document that says how a feed went, packed.
func (a *Amazon) result(f *feed) string {
	id := f.document + ".result"
	if a.documents[id] != nil {
		return id
	}
	issues := f.issues
	if issues == nil {
		issues = []any{}
	}
	text, _ := json.Marshal(map[string]any{"header": map[string]any{"sellerId": Seller, "version": "2.0", "feedId": f.id}, "issues": issues,
		"summary": map[string]any{"errors": len(issues), "warnings": 0, "messagesProcessed": f.messages, "messagesAccepted": f.accepted, "messagesInvalid": len(issues)}}) //nolint:errchkjson // only our own types
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	_, _ = zip.Write(text)
	_ = zip.Close()
	a.documents[id] = &document{bytes: packed.Bytes(), packed: true}
	return id
}
