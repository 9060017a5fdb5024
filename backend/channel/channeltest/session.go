// Package channeltest is the acceptance kit that every connector passes: a connector's own test hands it the connector and its
// simulated vendor, and the kit tries what the manifest claims. It is no part of the program.
//
//	func TestKit(t *testing.T)            { channeltest.Run(t, suite) }
//	func TestProofHistories(t *testing.T) { channeltest.Proof(t, suite) }
//
// The simulated vendor's own log judges: each write that took effect stands there once for each time, under the target and location
// of its intent. What needs the engine, as limits over restarts and kills, is tried through the real one on a real store.
package channeltest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/fault"
)

// Session is a channel.Session without an engine: it calls at once, counts no limits and keeps nothing.
type Session struct {
	Connector channel.Connector
	Options   map[string]string
	Secrets   map[string]string
	Known     channel.Account
	Clock     func() time.Time
	Client    *http.Client
	Logger    *slog.Logger
	Calls     []channel.Call // what was asked
}

// Do makes a call.
func (s *Session) Do(ctx context.Context, call channel.Call) (channel.Answer, error) {
	call = call.Signed()
	s.Calls = append(s.Calls, call)
	request, err := http.NewRequestWithContext(ctx, call.Method, call.URL, bytes.NewReader(call.Body))
	if err != nil {
		return channel.Answer{}, fault.Wrap(err, fault.Invalid, "The address cannot be called.", "Correct the address of the connection.")
	}
	if call.Header != nil {
		request.Header = call.Header.Clone()
	}
	answer, err := s.client().Do(request)
	if err != nil {
		return channel.Answer{}, unanswered(call, err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return channel.Answer{}, unanswered(call, err)
	}
	return channel.Answer{Status: answer.StatusCode, Header: answer.Header, Body: body, URL: answer.Request.URL.String()}, nil
}

// unanswered leaves out the address, which may carry a secret in its query.
func unanswered(call channel.Call, err error) error {
	if named, ok := errors.AsType[*url.Error](err); ok {
		err = named.Err
	}
	if call.Writes {
		return fault.Wrap(err, fault.Unknown, "No answer came.", "It is looked up before it is tried again.")
	}
	return fault.Wrap(err, fault.Unavailable, "No answer came.", "It is tried again.")
}

func (s *Session) client() *http.Client {
	if s.Client != nil {
		return s.Client
	}
	return http.DefaultClient
}

// Option gives an option, or its default.
func (s *Session) Option(name string) string {
	if value, stated := s.Options[name]; stated {
		return value
	}
	options := s.Connector.Manifest().Options
	if i := slices.IndexFunc(options, func(o channel.Option) bool { return o.Name == name }); i >= 0 {
		return options[i].Default
	}
	return ""
}

// Secret gives a secret.
func (s *Session) Secret(name string) string { return s.Secrets[name] }

// Account is what Check found, as the test keeps it.
func (s *Session) Account() channel.Account { return s.Known }

// Now is the test's clock.
func (s *Session) Now() time.Time {
	if s.Clock != nil {
		return s.Clock()
	}
	return time.Now()
}

// Log goes nowhere unless the test listens.
func (s *Session) Log() *slog.Logger {
	if s.Logger != nil {
		return s.Logger
	}
	return slog.New(slog.DiscardHandler)
}
