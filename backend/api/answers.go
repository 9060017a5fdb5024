package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"

	"tradepost/backend/fault"
	"tradepost/backend/workspace"
)

type answerStore interface {
	Answered(ctx context.Context, key string) (workspace.Answer, bool, error)
	KeepAnswer(ctx context.Context, key string, a workspace.Answer) error
}

// answering gives the same answer to a write that is sent again under one Idempotency-Key, for a day. The effect itself
// is safe as well (external references are unique): a crash between effect and answer leads to a second run without a
// second effect.
type answering struct {
	store answerStore
	mu    sync.Mutex
	busy  map[string]bool
}

// keyedBody bounds the body of a write under a key; uploads go without, as the same content is the same file.
const keyedBody = 1 << 20

func (a *answering) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key := r.Header.Get("Idempotency-Key")
		if key == "" || r.Method == http.MethodGet || r.Method == http.MethodHead || r.URL.Path == uploadPath ||
			strings.HasPrefix(r.URL.Path, "/api/view/") || secretive(r.URL.Path) { // views write nothing that a second time could write again
			next.ServeHTTP(w, r)
			return
		}
		a.keyed(w, r, key, next)
	})
}

// secretive are the paths whose requests carry passwords: not even a digest of those is kept. A repeated write does no harm
// there, as names are unique.
func secretive(path string) bool {
	return strings.HasPrefix(path, "/api/v1/servers") || strings.HasPrefix(path, "/api/v1/connections") || strings.HasPrefix(path, "/api/v1/secrets")
}

func (a *answering) keyed(w http.ResponseWriter, r *http.Request, key string, next http.Handler) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, keyedBody))
	if err != nil || len(key) > 200 {
		writeProblem(w, fault.New(fault.Invalid, "The request under this Idempotency-Key cannot be read.", "Send at most 1 MiB, and a key of at most 200 letters."))
		return
	}
	if !a.claim(key) {
		writeProblem(w, fault.New(fault.Conflict, "The same request is being worked on.", "Wait a moment, then send it again with the same key."))
		return
	}
	defer a.release(key)
	request := requestDigest(r, body)
	if kept, ok, err := a.store.Answered(r.Context(), key); err != nil || ok {
		repeat(w, request, kept, err)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	recorded := &recorder{ResponseWriter: w, status: http.StatusOK}
	next.ServeHTTP(recorded, r)
	a.keep(context.WithoutCancel(r.Context()), key, request, recorded)
}

func (a *answering) claim(key string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.busy[key] {
		return false
	}
	a.busy[key] = true
	return true
}

func (a *answering) release(key string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.busy, key)
}

func requestDigest(r *http.Request, body []byte) string {
	hash := sha256.New()
	_, _ = io.WriteString(hash, r.Method+" "+r.URL.RequestURI()+"\n")
	_, _ = hash.Write(body)
	return hex.EncodeToString(hash.Sum(nil))
}

func repeat(w http.ResponseWriter, request string, kept workspace.Answer, err error) {
	if err == nil && kept.Request != request {
		err = fault.New(fault.Invalid, "This Idempotency-Key was used for another request.", "Use a new key for a new request.").InField("Idempotency-Key")
	}
	if err != nil {
		writeProblem(w, err)
		return
	}
	var headers map[string]string
	_ = json.Unmarshal([]byte(kept.Headers), &headers)
	for name, value := range headers {
		w.Header().Set(name, value)
	}
	w.Header().Set("Idempotency-Replayed", "true")
	w.WriteHeader(kept.Status)
	_, _ = w.Write(kept.Body)
}

// keep remembers answers that a repetition must not change: successes and refusals, not passing trouble.
func (a *answering) keep(ctx context.Context, key, request string, r *recorder) {
	if r.status >= 500 || r.status == http.StatusConflict || strings.HasPrefix(r.Header().Get("Content-Type"), "text/event-stream") {
		return
	}
	headers, _ := json.Marshal(map[string]string{"Content-Type": r.Header().Get("Content-Type")})
	err := a.store.KeepAnswer(ctx, key, workspace.Answer{Request: request, Status: r.status, Headers: string(headers), Body: r.body.Bytes()})
	if err != nil {
		slog.Error("keeping an answer", "error", err)
	}
}

// recorder passes an answer on and keeps a copy.
type recorder struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (r *recorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(part []byte) (int, error) {
	r.body.Write(part)
	return r.ResponseWriter.Write(part)
}
