package api

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// About says what program and workspace this is, and what its head can do.
type About struct {
	Version   string         `json:"version"`
	Workspace AboutWorkspace `json:"workspace"`
	Head      string         `json:"head" enum:"window,serve,command"`
	Can       AboutCan       `json:"can"`
	Scopes    []string       `json:"scopes"`
}

// AboutWorkspace names the open workspace.
type AboutWorkspace struct {
	Name     string `json:"name"`
	Path     string `json:"path"`
	Sample   bool   `json:"sample" doc:"The sample company: nothing in it is real."`
	Practice bool   `json:"practice" doc:"A workspace of practice mode: its shops are simulated."`
	Panel    string `json:"panel" doc:"The address of practice mode's panel; empty for another workspace."`
}

// AboutCan tells what a browser alone cannot do.
type AboutCan struct {
	NativePaths bool `json:"native_paths"`
	Tray        bool `json:"tray"`
	LoginStart  bool `json:"login_start"`
}

type okBody struct {
	OK bool `json:"ok"`
}

func (s *server) registerAbout(spec huma.API) {
	get(spec, "/api/v1/about", about{"get-about", "What program and workspace this is", "Workspace", "about:read"}, s.about)
	post(spec, "/api/v1/workspace/sample", http.StatusOK, about{"open-sample", "Open the sample company", "Workspace", "workspace:write"}, s.openSample)
	on(spec, http.MethodDelete, "/api/v1/workspace/sample", http.StatusOK,
		about{"close-sample", "Go back to the own workspace", "Workspace", "workspace:write"}, s.closeSample)
	post(spec, "/api/v1/workspace/takeover", http.StatusOK, about{"take-over", "Resume sending after a restore", "Workspace", "workspace:write"}, s.takeOver)
}

func (s *server) about(ctx context.Context, _ *none) (*reply[About], error) {
	body := s.Host.About()
	body.Version, body.Scopes = s.Version, scopesOf(ctx)
	return ok(body, nil)
}

func (s *server) openSample(ctx context.Context, _ *none) (*reply[okBody], error) {
	return ok(okBody{true}, s.Host.OpenSample(ctx))
}

func (s *server) closeSample(ctx context.Context, _ *none) (*reply[okBody], error) {
	return ok(okBody{true}, s.Host.CloseSample(ctx))
}

// takeOver ends the pause of all sending that a restore began (invariant 13).
func (s *server) takeOver(ctx context.Context, _ *none) (*reply[okBody], error) {
	if err := s.Store.SetSettings(ctx, map[string]string{"sending_paused": ""}, -1); err != nil {
		return nil, err
	}
	if s.EDI != nil {
		if err := s.EDI.Settle(ctx); err != nil {
			slog.Warn("acknowledging EDI", "error", err) // it is owed still, and tried with the next
		}
	}
	return ok(okBody{true}, nil)
}
