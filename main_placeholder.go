package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
)

// TEMPORARY: a Host that answers nothing much.
type placeholder struct{ raised chan struct{} }

func newPlaceholder() Host { return &placeholder{raised: make(chan struct{})} }

func (*placeholder) Open(context.Context) error {
	if os.Getenv("PLACEHOLDER_FAIL") != "" {
		return fmt.Errorf("placeholder failing")
	}
	return nil
}
func (*placeholder) Close() error { fmt.Fprintln(os.Stderr, "closed"); return nil }
func (*placeholder) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.Error(w, "{}", 404) })
}
func (*placeholder) Events() (<-chan []byte, func()) { return make(chan []byte), func() {} }
func (*placeholder) Health() (string, string)        { return "1 running, 1 late", "late" }
func (*placeholder) Setting(string) (string, error)  { return "", nil }
func (*placeholder) SetSetting(name, value string) error {
	fmt.Fprintln(os.Stderr, "set", name, value)
	return nil
}
func (p *placeholder) Raised() <-chan struct{} { return p.raised }
