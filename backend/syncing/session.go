package syncing

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

const (
	callTimeout  = 2 * time.Minute
	mostAnswer   = 64 << 20
	longestQueue = 45 * time.Second // a longer wait for the budget ends the run; it goes on at its next due time
	tries        = 4                // of a call that changes nothing
	userAgent    = "Tradepost/1 (+local)"
)

// outbound is the transport of all calls: few connections, kept.
func outbound() http.RoundTripper {
	dialer := &net.Dialer{Timeout: 20 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Transport{Proxy: http.ProxyFromEnvironment, DialContext: dialer.DialContext, ForceAttemptHTTP2: true, MaxIdleConns: 32,
		MaxIdleConnsPerHost: 4, IdleConnTimeout: 60 * time.Second, TLSHandshakeTimeout: 20 * time.Second, ResponseHeaderTimeout: 90 * time.Second,
		TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}}
}

// sameHost follows no redirect to another host: credentials go with the call. Nor one of a write, which would come twice.
func sameHost(next *http.Request, via []*http.Request) error {
	first := via[0]
	if len(via) > 3 || next.URL.Host != first.URL.Host || next.URL.Scheme != first.URL.Scheme || first.Method != http.MethodGet {
		return http.ErrUseLastResponse
	}
	return nil
}

// session is what a connector works with; one goroutine at a time.
type session struct {
	engine     *Engine
	connection Connection
	manifest   channel.Manifest
	line       *line
	meter      channel.Metered // nil where the vendor does not tell what is left
	secrets    map[string]string
	person     bool // a person waits for it
	trial      bool // of settings that a person tries: a vendor that is not reached is told at once
	log        *slog.Logger
	calls      int // how many were made, for the run's counts
}

// session opens a connection for work.
func (e *Engine) session(ctx context.Context, c Connection, person bool) (*session, channel.Connector, error) {
	connector, err := e.connector(c)
	if err != nil {
		return nil, nil, err
	}
	m := connector.Manifest()
	l, err := e.lineOf(ctx, c, m)
	if err != nil {
		return nil, nil, err
	}
	s := &session{engine: e, connection: c, manifest: m, line: l, person: person, log: e.log.With("connection", c.ID)}
	s.meter, _ = connector.(channel.Metered)
	s.secrets, err = e.secretsOf(ctx, c.ID, m)
	return s, connector, err
}

// secretName is under which name a secret of a connection is sealed.
func secretName(connectionID int64, name string) string {
	return fmt.Sprintf("connection.%d.%s", connectionID, name)
}

func (e *Engine) secretsOf(ctx context.Context, connectionID int64, m channel.Manifest) (map[string]string, error) {
	all := map[string]string{}
	for _, name := range append(m.Secrets(), channel.SignIn) {
		value, err := e.secrets.Get(ctx, secretName(connectionID, name))
		switch {
		case fault.Is(err, fault.NotFound):
			continue
		case err != nil:
			return nil, err
		}
		all[name] = string(value)
	}
	return all, nil
}

// Do makes one call within the vendor's limits. Calls that change nothing are tried again when trouble passes.
func (s *session) Do(ctx context.Context, call channel.Call) (channel.Answer, error) {
	if s.manifest.Mailbox {
		return s.engine.letter(ctx, s.connection.ID, call)
	}
	for try := 1; ; try++ {
		if err := s.wait(ctx, call); err != nil {
			return channel.Answer{}, err
		}
		s.calls++
		answer, err := s.once(ctx, call)
		refused := err == nil && s.metered(call, answer)
		passing := err != nil && fault.Is(err, fault.Unavailable) || err == nil && (answer.Status >= 500 || refused)
		if call.Writes || !passing || try == tries || ctx.Err() != nil || s.trial && err != nil {
			return answer, err
		}
		pause := time.Second << (try - 1)
		pause += time.Duration(rand.Int64N(int64(pause) / 2)) //nolint:gosec // so that not all come back at once
		if err := s.engine.clock.Sleep(ctx, pause); err != nil {
			return channel.Answer{}, cancelled(err)
		}
	}
}

// wait waits for the budget; what would take too long is fault.RateLimited.
func (s *session) wait(ctx context.Context, call channel.Call) error {
	cost := call.Cost
	if cost == 0 {
		cost = 1
	}
	for !s.engine.free {
		now := s.engine.clock.Now()
		wait := s.line.budget.take(call.Bucket, cost, s.person, now)
		if wait <= 0 {
			return nil
		}
		if wait > longestQueue {
			e := fault.New(fault.RateLimited, s.manifest.Name+" allows the next call only later.", "Tradepost goes on by itself then.")
			e.RetryAt = now.Add(wait)
			return e
		}
		if err := s.engine.clock.Sleep(ctx, wait); err != nil {
			return cancelled(err)
		}
	}
	return nil
}

// metered notes what an answer says of the call's bucket, and tells whether the call was refused for its cost.
func (s *session) metered(call channel.Call, answer channel.Answer) (refused bool) {
	if answer.Status == http.StatusTooManyRequests {
		s.block(call, answer)
		refused = true
	}
	if s.meter == nil {
		return refused
	}
	m := s.meter.Meter(call, answer)
	s.line.budget.observe(call.Bucket, m, s.engine.clock.Now())
	return refused || m.Wait > 0
}

// block notes a 429 against the call's bucket.
func (s *session) block(call channel.Call, answer channel.Answer) {
	now := s.engine.clock.Now()
	if e := channel.Classify(answer, s.manifest.Name, call.Writes, now); e != nil && !e.RetryAt.IsZero() {
		s.line.budget.block(call.Bucket, e.RetryAt, now)
	}
}

func (s *session) once(ctx context.Context, call channel.Call) (channel.Answer, error) {
	call = call.Signed()
	request, err := http.NewRequestWithContext(ctx, call.Method, call.URL, bytes.NewReader(call.Body))
	if err != nil {
		return channel.Answer{}, fault.Wrap(errors.New("bad address"), fault.Invalid, "The address of the connection cannot be called.", "Correct the address.")
	}
	if call.Header != nil {
		request.Header = call.Header.Clone()
	}
	if request.Header.Get("User-Agent") == "" {
		request.Header.Set("User-Agent", userAgent)
	}
	answer, err := s.engine.client.Do(request)
	if err != nil {
		return channel.Answer{}, s.unanswered(ctx, call, err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(answer.Body, mostAnswer+1))
	if err == nil && len(body) > mostAnswer {
		return channel.Answer{}, fault.New(fault.Invalid, s.manifest.Name+" sent more than 64 MiB at once.", "Tell us; nothing was taken in.")
	}
	if err != nil {
		return channel.Answer{}, s.unanswered(ctx, call, err)
	}
	return channel.Answer{Status: answer.StatusCode, Header: answer.Header, Body: body, URL: answer.Request.URL.String()}, nil
}

// unanswered sorts a call without a whole answer. A name that is not found and a port that refuses never reached the vendor, so a write
// did nothing then.
func (s *session) unanswered(ctx context.Context, call channel.Call, err error) error {
	if call.Writes && reached(err) {
		return fault.Wrap(bare(err), fault.Unknown, s.manifest.Name+" gave no answer: it is not known whether this was done.", "Tradepost looks before it tries again.")
	}
	if ctx.Err() != nil {
		return cancelled(context.Cause(ctx))
	}
	if message := untrusted(err); message != "" {
		return fault.Wrap(bare(err), fault.Invalid, "The address of "+s.connection.Name+" cannot be trusted: "+message+".", "Let the shop's certificate be put right.")
	}
	return fault.Wrap(bare(err), fault.Unavailable, s.manifest.Name+" cannot be reached.", "Tradepost tries again by itself; nothing is lost. Look at the network if it lasts.")
}

// reached reports whether a request may have arrived although no answer came.
func reached(err error) bool {
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "dial" {
		return false
	}
	var name *net.DNSError
	return !errors.As(err, &name) && untrusted(err) == ""
}

func untrusted(err error) string {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return "its certificate is not valid"
	}
	return ""
}

// bare drops the address from an error: it may carry a key in its query.
func bare(err error) error {
	text := err.Error()
	if i := strings.Index(text, "\": "); i >= 0 && strings.Contains(text[:i], "://") {
		text = text[i+3:]
	}
	return errors.New(text)
}

func cancelled(err error) error {
	return fault.Wrap(err, fault.Cancelled, "Stopped.", "What came in until then is kept; the next run goes on from there.")
}

// Option gives an option, or its default.
func (s *session) Option(name string) string {
	if value, stated := s.connection.Options[name]; stated && value != "" {
		return value
	}
	if i := slices.IndexFunc(s.manifest.Options, func(o channel.Option) bool { return o.Name == name }); i >= 0 {
		return s.manifest.Options[i].Default
	}
	return ""
}

func (s *session) Secret(name string) string { return s.secrets[name] }

func (s *session) Account() channel.Account { return s.connection.Account }

func (s *session) Now() time.Time { return s.engine.clock.Now() }

func (s *session) Log() *slog.Logger { return s.log }

// signed runs do with a sign-in that holds: it refreshes one that lapsed before, and once when the vendor refuses it.
func (s *session) signed(ctx context.Context, connector channel.Connector, do func() error) error {
	refresher, lapses := connector.(channel.Refresher)
	if lapses && refresher.Lapsed(s) {
		if err := s.refresh(ctx, refresher, s.secrets[channel.SignIn]); err != nil {
			return err
		}
	}
	used := s.secrets[channel.SignIn]
	err := do()
	if !lapses || !fault.Is(err, fault.Auth) {
		return err
	}
	if err := s.refresh(ctx, refresher, used); err != nil {
		return err
	}
	return do()
}

const (
	signInTime  = 5 * time.Minute // how long a claim to sign in holds at most; a process that was killed holds no longer
	signInPause = time.Second     // between looks whether another process is done
)

// refresh signs in anew, one for the whole connection, whatever goroutine or process it is: whoever waited takes what the first one got. The
// new secrets are kept before anything uses them, as the old ones may be spent.
func (s *session) refresh(ctx context.Context, refresher channel.Refresher, used string) error {
	s.line.signIn.Lock()
	defer s.line.signIn.Unlock()
	e, id := s.engine, s.connection.ID
	for {
		if renewed, err := s.renewed(ctx, refresher, used); renewed || err != nil {
			return err
		}
		won, err := e.store.ClaimSignIn(ctx, id, e.pushes.id, commerce.InstantOf(e.store.Now().Time().Add(signInTime)))
		if err != nil {
			return err
		}
		if won {
			return errors.Join(s.renew(ctx, refresher, used), e.store.FreeSignIn(context.WithoutCancel(ctx), id, e.pushes.id))
		}
		if err := e.clock.Sleep(ctx, signInPause); err != nil {
			return cancelled(err)
		}
	}
}

// renewed reads the secrets anew, and tells whether somebody else signed in meanwhile.
func (s *session) renewed(ctx context.Context, refresher channel.Refresher, used string) (bool, error) {
	fresh, err := s.engine.secretsOf(ctx, s.connection.ID, s.manifest)
	if err != nil {
		return false, err
	}
	s.secrets = fresh
	return fresh[channel.SignIn] != used && !refresher.Lapsed(s), nil
}

// renew signs in, unless another did between the look and the claim, and keeps what it got.
func (s *session) renew(ctx context.Context, refresher channel.Refresher, used string) error {
	if renewed, err := s.renewed(ctx, refresher, used); renewed || err != nil {
		return err
	}
	changed, err := refresher.Refresh(ctx, s)
	if err != nil {
		return err
	}
	keep := context.WithoutCancel(ctx)
	for name, value := range changed {
		if err := s.engine.secrets.Put(keep, secretName(s.connection.ID, name), []byte(value)); err != nil {
			return fmt.Errorf("keeping the sign-in: %w", err)
		}
		s.secrets[name] = value
	}
	return nil
}
