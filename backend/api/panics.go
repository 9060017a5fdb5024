package api

import (
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
)

// answered tells a panic's rescue whether an answer had begun.
type answered struct {
	http.ResponseWriter
	begun bool
}

// WriteHeader notes that the answer begins.
func (a *answered) WriteHeader(status int) {
	a.begun = true
	a.ResponseWriter.WriteHeader(status)
}

// Write notes that the answer begins.
func (a *answered) Write(part []byte) (int, error) {
	a.begun = true
	return a.ResponseWriter.Write(part)
}

// Flush sends what was written so far: events go one by one.
func (a *answered) Flush() {
	a.begun = true
	_ = http.NewResponseController(a.ResponseWriter).Flush()
}

// Unwrap gives the writer below.
func (a *answered) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// rescued answers a request that met a mistake inside of Tradepost with words, and logs where it was. Without it the connection would break off,
// which looks as if Tradepost had been closed.
func rescued(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a := &answered{ResponseWriter: w}
		defer func() {
			met := recover()
			if met == nil {
				return
			}
			if err, is := met.(error); is && errors.Is(err, http.ErrAbortHandler) || a.begun {
				panic(met) // half an answer must not look like a whole one
			}
			writeProblem(w, fmt.Errorf("answering %s %s: panic: %v\n%s", r.Method, r.URL.Path, met, debug.Stack()))
		}()
		next.ServeHTTP(a, r)
	})
}
