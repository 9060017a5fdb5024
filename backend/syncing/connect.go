package syncing

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/journal"
)

// TimerKind is the kind of the timers of syncs.
const TimerKind = "sync"

// OwnTimer reports whether timers of a kind are connections' own: shown with them, and in no list of schedules.
func OwnTimer(kind string) bool {
	return slices.Contains([]string{TimerKind, PushTimerKind, PurgeTimerKind, DriftTimerKind, ListenTimerKind}, kind)
}

// Draft is a connection as a person states it. Of the secrets, what is left out stays, and what is empty is removed.
type Draft struct {
	Connector string
	Name      string
	Channel   string // the channel it belongs to, made when there is none of that name; "" is one of the connection's name
	Options   map[string]string
	Secrets   map[string]string
	Approval  Approval
	Size      int
	// Alone refuses an account that has a connection already.
	Alone bool
}

// Try checks settings without keeping anything: whose account they open, and what may be done there.
func (e *Engine) Try(ctx context.Context, d Draft) (channel.Account, error) {
	account, _, err := e.try(ctx, d)
	return account, err
}

// unconnected refuses an account that has a connection: a second one would bring each of its orders in twice.
func (e *Engine) unconnected(ctx context.Context, connector string, account channel.Account) error {
	all, err := e.store.Connections(ctx)
	for _, one := range all {
		if account.ID != "" && one.Connector == connector && one.Account.ID == account.ID {
			return fault.New(fault.Conflict, account.Name+" is connected already, as “"+one.Name+"”.", "Use that connection: a second one would bring each order in twice.")
		}
	}
	return err
}

// try checks settings and gives what of the vendor's limits that left.
func (e *Engine) try(ctx context.Context, d Draft) (account channel.Account, left *budget, err error) {
	c, connector, err := e.drafted(d, nil)
	if err != nil {
		return account, nil, err
	}
	m := connector.Manifest()
	left = e.triedBudget(d, m)
	s := &session{engine: e, connection: c, manifest: m, person: true, trial: true, log: e.log, secrets: maps.Clone(d.Secrets),
		line: &line{budget: left, syncs: map[int64]bool{}, running: map[int64]int64{}}}
	s.meter, _ = connector.(channel.Metered)
	if s.secrets == nil {
		s.secrets = map[string]string{}
	}
	if r, lapses := connector.(channel.Refresher); lapses && r.Lapsed(s) {
		changed, err := r.Refresh(ctx, s)
		if err != nil {
			return account, left, tryAgain(err)
		}
		maps.Copy(s.secrets, changed)
	}
	if account, err = connector.Check(ctx, s); err == nil && d.Alone {
		err = e.unconnected(ctx, d.Connector, account)
	}
	return account, left, tryAgain(err)
}

// tried is what the settings that were tried last may still ask of their vendor.
type tried struct {
	settings string
	left     *budget
}

// triedBudget goes on with what trials of the same settings left of the vendor's limits: the vendor counts their calls as well.
func (e *Engine) triedBudget(d Draft, m channel.Manifest) *budget {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	if settings := fmt.Sprint(d.Connector, d.Options); e.tried.settings != settings {
		e.tried = tried{settings, newBudget(m.Buckets, nil, e.clock.Now())}
	}
	return e.tried.left
}

// tryAgain leaves trouble that passes to the person who tries settings: nothing goes on by itself there.
func tryAgain(err error) error {
	remedy := ""
	switch {
	case fault.Is(err, fault.Unavailable):
		remedy = "See that the address is right and that this computer is online, then try again."
	case fault.Is(err, fault.RateLimited):
		remedy = "Wait a moment, then try again."
	default:
		return err
	}
	e := *fault.Of(err)
	e.Remedy = remedy
	return &e
}

// Connect makes a connection that Try opened: its channel, its syncs and their schedules, in one write; then its secrets, and
// only then do the schedules begin. Where the channel has orders of files already, orders wait until a person has looked at how they match.
func (e *Engine) Connect(ctx context.Context, d Draft) (Connection, error) {
	c, connector, err := e.drafted(d, nil)
	if err != nil {
		return c, err
	}
	var left *budget
	if c.Account, left, err = e.try(ctx, d); err != nil {
		return c, err
	}
	m := connector.Manifest()
	err = e.store.InSyncTx(ctx, false, func(tx Tx) error {
		made := c
		at, err := tx.EnsureChannel(channelName(d, c, m), m.Kind)
		if err != nil {
			return err
		}
		made.ChannelID, made.Channel = at.ID, at.Name
		if err := tx.InsertConnection(&made); err != nil {
			return err
		}
		c = made
		if err := errors.Join(keepPersonal(tx, made, m), keepDriftTimer(tx, m), keepListenTimer(tx, made)); err != nil {
			return err
		}
		return e.insertSyncs(tx, made, m)
	})
	if err != nil {
		return c, err
	}
	if err := e.putSecrets(ctx, c.ID, m, d.Secrets); err != nil {
		return c, errors.Join(err, e.Remove(context.WithoutCancel(ctx), c.ID))
	}
	if err := e.store.SaveLevels(ctx, c.ID, left.levels()); err != nil {
		return c, fmt.Errorf("keeping limits: %w", err)
	}
	if err := e.startSyncs(ctx, c, true); err != nil {
		return c, err
	}
	return e.store.Connection(ctx, c.ID)
}

// channelName is the channel that a new connection belongs to. A ledger system has one of its own, which is in no list of places that sell.
func channelName(d Draft, c Connection, m channel.Manifest) string {
	if m.Kind == channel.LedgerKind {
		return "books: " + c.Name
	}
	return or(d.Channel, c.Name)
}

// finish lets the schedules of connections begin whose making was cut off: the first look checks them, and says what is missing.
func (e *Engine) finish(ctx context.Context) error {
	all, err := e.store.Connections(ctx)
	for _, c := range all {
		if c.CheckedAt == 0 && err == nil {
			err = e.startSyncs(ctx, c, false)
		}
	}
	return err
}

// drafted checks what a person stated and makes a connection of it. was is the one it changes; nil for a new one.
func (e *Engine) drafted(d Draft, was *Connection) (Connection, channel.Connector, error) {
	c := Connection{Connector: d.Connector}
	if was != nil {
		c = *was
	}
	connector, err := e.connector(c)
	if err != nil {
		return c, nil, fault.New(fault.NotFound, "There is no connector “"+d.Connector+"”.", "tradepost connectors lists them.").InField("connector")
	}
	m := connector.Manifest()
	c.Name = strings.TrimSpace(or(d.Name, c.Name, m.Name))
	c.Approval, c.ApprovalSize = or(d.Approval, c.Approval, Ask), max(d.Size, 0)
	if !slices.Contains([]Approval{Ask, Large, Automatic}, c.Approval) {
		return c, nil, fault.New(fault.Invalid, "“"+string(c.Approval)+"” is not a rule of approval.", "Use ask, large or automatic.").InField("approval")
	}
	options, err := settled(m, d, was)
	c.Options = options
	return c, connector, err
}

// settled checks options against the manifest and trims them.
func settled(m channel.Manifest, d Draft, was *Connection) (map[string]string, error) {
	all := map[string]string{}
	if was != nil {
		maps.Copy(all, was.Options)
	}
	for name, value := range d.Options {
		at := slices.IndexFunc(m.Options, func(o channel.Option) bool { return o.Name == name && o.Type != channel.SecretOption })
		if at < 0 && !slices.Contains(ownOptions, name) {
			return nil, fault.New(fault.Invalid, m.Name+" has no setting “"+name+"”.", "tradepost connectors --json lists the settings.").InField(name)
		}
		all[name] = strings.TrimSpace(value)
	}
	for _, o := range m.Options {
		if err := settle(o, all, d, was != nil); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func settle(o channel.Option, all map[string]string, d Draft, kept bool) error {
	if !applies(o, all) {
		return nil
	}
	value, stated := all[o.Name], all[o.Name] != ""
	if o.Type == channel.SecretOption {
		_, stated = d.Secrets[o.Name]
		stated = stated || kept
	}
	switch {
	case o.Required && !stated && o.Default == "":
		return fault.New(fault.Invalid, o.Label+" is missing.", o.Help).InField(o.Name)
	case o.Type == channel.URLOption && value != "":
		if u, err := url.Parse(value); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil {
			return fault.New(fault.Invalid, "“"+value+"” is not an address.", "Write it like "+or(o.Example, "https://shop.example.com")+".").InField(o.Name)
		}
	case o.Type == channel.NumberOption && value != "" && !fits(o, value):
		return fault.New(fault.Invalid, fmt.Sprintf("“%s” is no whole number from %d to %d.", value, o.Least, o.Most), "Write it like "+or(o.Example, o.Default)+".").InField(o.Name)
	case o.Type == channel.ChoiceOption && value != "" && !slices.ContainsFunc(o.Choices, func(c channel.Choice) bool { return c.Value == value }):
		return fault.New(fault.Invalid, "“"+value+"” is not a choice of "+o.Label+".", "Use one of those offered.").InField(o.Name)
	}
	return nil
}

// fits reports whether a value is a number that the option takes.
func fits(o channel.Option, value string) bool {
	n, err := strconv.Atoi(value)
	return err == nil && n >= o.Least && n <= o.Most
}

// applies reports whether an option is asked for, by what another one says.
func applies(o channel.Option, all map[string]string) bool {
	name, value, conditional := strings.Cut(o.Only, "=")
	return !conditional || all[name] == value
}

func (e *Engine) insertSyncs(tx Tx, c Connection, m channel.Manifest) error {
	for _, stream := range channel.Streams {
		info, has := m.Stream(stream)
		if !has {
			continue
		}
		timer := journal.Timer{Kind: TimerKind, Name: streamWords[stream] + " from " + c.Name, Expression: every(info.Every), Zone: "UTC", Config: "{}", Paused: true}
		if err := tx.InsertTimer(&timer); err != nil {
			return err
		}
		s := Sync{ConnectionID: c.ID, Stream: stream, TimerID: timer.ID, Lag: -1}
		if err := tx.InsertSync(&s); err != nil {
			return err
		}
	}
	return insertPushTimer(tx, c, m)
}

// insertPushTimer makes the schedule of what is written, where anything can be. It never gives an alarm: where nothing is to be written,
// nothing runs.
func insertPushTimer(tx Tx, c Connection, m channel.Manifest) error {
	if len(m.Writes) == 0 {
		return nil
	}
	timer := journal.Timer{Kind: PushTimerKind, Name: "Writes to " + c.Name, Expression: every(pushEvery), Zone: "UTC", Config: "{}", AlarmAfter: -1}
	if err := tx.InsertTimer(&timer); err != nil {
		return err
	}
	return tx.SetPushTimer(c.ID, timer.ID)
}

// every words a distance as a cron expression.
func every(d time.Duration) string {
	switch minutes := int(d / time.Minute); {
	case minutes <= 0:
		return "*/5 * * * *"
	case minutes < 60:
		return fmt.Sprintf("*/%d * * * *", minutes)
	case minutes%(24*60) == 0:
		return "17 3 * * *"
	}
	return fmt.Sprintf("7 */%d * * *", max(int(d/time.Hour), 1))
}

func (e *Engine) putSecrets(ctx context.Context, connectionID int64, m channel.Manifest, secrets map[string]string) error {
	for _, name := range m.Secrets() {
		value, stated := secrets[name]
		switch {
		case !stated:
			continue
		case value == "":
			if err := e.secrets.Delete(ctx, secretName(connectionID, name)); err != nil && !fault.Is(err, fault.NotFound) {
				return err
			}
		default:
			if err := e.secrets.Put(ctx, secretName(connectionID, name), []byte(value)); err != nil {
				return err
			}
		}
	}
	return nil
}

// startSyncs lets the schedules begin, but for orders of a channel that has some already. checked tells that the connection was tried
// as it is.
func (e *Engine) startSyncs(ctx context.Context, c Connection, checked bool) error {
	at, err := e.store.Channel(ctx, c.ChannelID)
	if err != nil {
		return err
	}
	syncs, err := e.store.Syncs(ctx, c.ID)
	if err != nil {
		return err
	}
	return e.store.InSyncTx(ctx, false, func(tx Tx) error {
		for _, s := range syncs {
			if s.Stream == channel.Orders && at.Orders > 0 {
				continue
			}
			if err := tx.PauseTimer(s.TimerID, false); err != nil {
				return err
			}
		}
		now, err := tx.Connection(c.ID)
		if err != nil || !checked {
			return err
		}
		now.CheckedAt = tx.Now()
		return tx.UpdateConnection(now)
	})
}

// Revise changes the settings of a connection, after they were tried. ifSeq, unless negative, is the version the person saw.
func (e *Engine) Revise(ctx context.Context, id int64, d Draft, ifSeq int64) (Connection, error) {
	was, err := e.store.Connection(ctx, id)
	if err != nil {
		return was, err
	}
	if ifSeq >= 0 && was.Seq != ifSeq {
		return was, fault.New(fault.Conflict, "This connection changed meanwhile.", "Look at it again, then change it.")
	}
	c, connector, err := e.drafted(d, &was)
	if err != nil {
		return c, err
	}
	if len(d.Secrets) == 0 && onlyOwn(d.Options) {
		return e.reviseHere(ctx, c)
	}
	m := connector.Manifest()
	tried := d
	tried.Connector, tried.Options, tried.Alone = c.Connector, c.Options, false // it is this connection's own
	if tried.Secrets, err = e.secretsOf(ctx, id, m); err != nil {
		return c, err
	}
	maps.Copy(tried.Secrets, d.Secrets)
	if len(d.Secrets) > 0 {
		delete(tried.Secrets, channel.SignIn)
	}
	if c.Account, _, err = e.try(ctx, tried); err != nil {
		return c, err
	}
	if was.Account.ID != "" && c.Account.ID != was.Account.ID {
		return was, fault.New(fault.Conflict, "These settings open another account: "+c.Account.Name+", not "+was.Account.Name+".",
			"Make a connection of its own for it; what came in belongs to the first.")
	}
	if err := e.putSecrets(ctx, id, m, d.Secrets); err != nil {
		return c, err
	}
	if len(d.Secrets) > 0 {
		if err := e.secrets.Delete(ctx, secretName(id, channel.SignIn)); err != nil && !fault.Is(err, fault.NotFound) {
			return c, err
		}
	}
	return c, e.store.InSyncTx(ctx, false, func(tx Tx) error {
		c.CheckedAt, c.Problem, c.ProblemAt = tx.Now(), nil, 0
		return errors.Join(tx.UpdateConnection(c), keepListenTimer(tx, c))
	})
}

// onlyOwn reports whether settings concern nothing that the vendor has a say in.
func onlyOwn(options map[string]string) bool {
	for name := range options {
		if !slices.Contains(ownOptions, name) {
			return false
		}
	}
	return true
}

// reviseHere keeps what is decided here alone: its name, what it is told, and whether that waits for a person. It needs no sign-in, so that a person can
// hold back what is sent while the vendor does not answer.
func (e *Engine) reviseHere(ctx context.Context, c Connection) (Connection, error) {
	return c, e.store.InSyncTx(ctx, false, func(tx Tx) error {
		now, err := tx.Connection(c.ID)
		if err != nil {
			return err
		}
		now.Name, now.Options, now.Approval, now.ApprovalSize = c.Name, c.Options, c.Approval, c.ApprovalSize
		return tx.UpdateConnection(now)
	})
}

// Check tries a connection as it is, and keeps what was found.
func (e *Engine) Check(ctx context.Context, id int64) (Connection, error) {
	c, err := e.store.Connection(ctx, id)
	if err != nil {
		return c, err
	}
	s, connector, err := e.session(ctx, c, true)
	if err != nil {
		return c, err
	}
	checked, err := e.check(ctx, s, connector)
	if err == nil || !lasts(err) {
		return checked, err
	}
	problem := fault.ProblemOf(err)
	c.Problem = &problem
	return c, joined(err, e.store.InSyncTx(ctx, false, func(tx Tx) error {
		c.ProblemAt = tx.Now()
		return tx.UpdateConnection(c)
	}))
}

func joined(cause, err error) error {
	if err != nil {
		return fmt.Errorf("%w (and keeping that failed: %w)", cause, err)
	}
	return cause
}

// check asks the vendor whose account this is, and keeps it.
func (e *Engine) check(ctx context.Context, s *session, connector channel.Connector) (Connection, error) {
	var account channel.Account
	err := s.signed(ctx, connector, func() (err error) {
		account, err = connector.Check(ctx, s)
		return err
	})
	if err != nil {
		return s.connection, err
	}
	c := s.connection
	err = e.store.InSyncTx(ctx, false, func(tx Tx) error {
		now, err := tx.Connection(c.ID)
		if err != nil {
			return err
		}
		now.Account, now.CheckedAt, now.Problem, now.ProblemAt = account, tx.Now(), nil, 0
		c = now
		return tx.UpdateConnection(now)
	})
	s.connection = c
	return c, err
}

// Pause stops all schedules of a connection, by a person's decision; resuming starts them again.
func (e *Engine) Pause(ctx context.Context, id int64, paused bool) error {
	return e.store.InSyncTx(ctx, false, func(tx Tx) error {
		c, err := tx.Connection(id)
		if err != nil {
			return err
		}
		c.Paused = paused
		return tx.UpdateConnection(c)
	})
}

// Remove takes a connection away, with its schedules and secrets. The channel and all that came in stay.
func (e *Engine) Remove(ctx context.Context, id int64) error {
	c, err := e.store.Connection(ctx, id)
	if err != nil {
		return err
	}
	if err := e.store.InSyncTx(ctx, false, func(tx Tx) error { return tx.DeleteConnection(id) }); err != nil {
		return err
	}
	e.forget(id)
	names := []string{channel.SignIn}
	if connector := e.find(c.Connector); connector != nil {
		names = append(names, connector.Manifest().Secrets()...)
	}
	for _, name := range names {
		if err := e.secrets.Delete(ctx, secretName(id, name)); err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
	}
	return nil
}

// Budgets says how a connection stands with its vendor's limits.
func (e *Engine) Budgets(ctx context.Context, c Connection) ([]Budget, error) {
	connector, err := e.connector(c)
	if err != nil {
		return nil, err
	}
	l, err := e.lineOf(ctx, c, connector.Manifest())
	if err != nil {
		return nil, err
	}
	return l.budget.state(e.clock.Now()), nil
}

// StartFrom says from when on a sync's first run pulls.
func (e *Engine) StartFrom(ctx context.Context, syncID int64, since commerce.Instant) error {
	return e.store.InSyncTx(ctx, false, func(tx Tx) error {
		s, err := tx.Sync(syncID)
		if err != nil {
			return err
		}
		s.Since, s.Cursor, s.Pass, s.PassCursor = since, "", 0, ""
		return tx.UpdateSync(s)
	})
}

func or[T ~string](all ...T) T {
	for _, one := range all {
		if one != "" {
			return one
		}
	}
	return ""
}
