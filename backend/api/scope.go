package api

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/fault"
)

// Scopes lists every scope. A head gives its requests those that its user has, with WithScopes.
var Scopes = []string{"about:read", "settings:read", "settings:write", "channels:read", "channels:write", "files:write", "files:path",
	"imports:read", "imports:write", "orders:read", "orders:write", "journal:read", "journal:write", "schedules:read", "schedules:write",
	"catalog:read", "catalog:write", "customers:read", "stock:read", "stock:write", "purchases:read", "purchases:write", "views:read", "views:write", "exports:read", "exports:write",
	"connections:read", "connections:write", "edi:read", "edi:write", "backups:read", "backups:write", "events:read", "workspace:write"}

// ReadScopes lists the scopes that change nothing.
func ReadScopes() []string {
	return slices.DeleteFunc(slices.Clone(Scopes), func(scope string) bool { return !strings.HasSuffix(scope, ":read") })
}

type scopesKey struct{}

// WithScopes says what the user of a request may do. A request without scopes may do nothing.
func WithScopes(ctx context.Context, scopes []string) context.Context {
	return context.WithValue(ctx, scopesKey{}, scopes)
}

func scopesOf(ctx context.Context) []string {
	scopes, _ := ctx.Value(scopesKey{}).([]string)
	return scopes
}

func lacking(ctx context.Context, scope string) error {
	if slices.Contains(scopesOf(ctx), scope) {
		return nil
	}
	return fault.New(fault.Permission, "This needs the scope "+scope+", which you do not have.", "Use a token that has it.")
}

// requireScope holds every operation to the scope it names.
func requireScope(spec huma.API) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		scope, _ := ctx.Operation().Metadata["scope"].(string)
		if err := lacking(ctx.Context(), scope); err != nil {
			p := problemOf(err)
			ctx.SetHeader("Content-Type", p.ContentType(""))
			ctx.SetStatus(p.Status)
			_ = spec.Marshal(ctx.BodyWriter(), "application/json", p)
			return
		}
		next(ctx)
	}
}

// scoped is requireScope for handlers outside of huma.
func scoped(scope string, handler http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := lacking(r.Context(), scope); err != nil {
			writeProblem(w, err)
			return
		}
		handler(w, r)
	}
}
