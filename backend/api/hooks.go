package api

import (
	"io"
	"net/http"

	"tradepost/backend/fault"
)

// HookPath is where deliveries of webhooks arrive, the connection's id behind it.
const HookPath = "/api/hooks/"

// mostHook bounds the body of a delivery.
const mostHook = 1 << 20

// hook takes one delivery of a vendor. It needs no scope: the vendor's signature says whose it is, and all that it causes is a look.
func (s *server) hook(w http.ResponseWriter, r *http.Request) {
	id, err := parseID(r.PathValue("connection"))
	if err != nil {
		writeProblem(w, err)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostHook))
	if err != nil {
		writeProblem(w, fault.New(fault.Invalid, "The delivery cannot be read.", "Send at most 1 MiB."))
		return
	}
	if err := s.Engine.Hook(r.Context(), id, r.Header, body); err != nil {
		writeProblem(w, err)
	}
}
