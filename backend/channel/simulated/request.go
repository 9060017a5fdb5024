package simulated

import (
	"bytes"
	"io"
	"net/http"
)

// mostBody is how much of a request is read.
const mostBody = 16 << 20

func readAll(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	return io.ReadAll(io.LimitReader(r.Body, mostBody))
}

// again is r with its body to be read anew.
func again(r *http.Request, body []byte) *http.Request {
	next := r.Clone(r.Context())
	next.Body = io.NopCloser(bytes.NewReader(body))
	next.ContentLength = int64(len(body))
	return next
}
