package syncing

import (
	"context"
	"fmt"
	"strings"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/journal"
	"tradepost/backend/schedule"
)

// Health is how a connection or stream stands.
type Health string

// The states, the quiet ones first.
const (
	Fine     Health = "fine"
	Rests    Health = "waiting" // by a person's decision, or before its first look
	Late     Health = "late"    // trouble that passes by itself, or a channel that is quieter than usual
	NeedsYou Health = "needs_you"
)

// Need is what a person has to do.
type Need string

// The needs.
const (
	NoNeed     Need = ""
	SignIn     Need = "sign_in"     // the credentials no longer hold
	Rights     Need = "rights"      // they lack a right
	Update     Need = "update"      // this Tradepost is too old for the vendor
	Match      Need = "match"       // look at how orders of files match those of the account, then start
	AcceptGone Need = "accept_gone" // much is gone at the vendor: say that it is so
	Look       Need = "look"
)

// StreamStanding is where one stream of a connection stands.
type StreamStanding struct {
	Sync    Sync
	Timer   journal.Timer
	Running int64 // the run that goes on now; 0 is none
	// First tells that orders wait for a person to look how they match those that came by files.
	First bool
	State Health
	Need  Need
	Words string
}

// Standing is where a connection stands, in words.
type Standing struct {
	Connection Connection
	Vendor     string // the connector's name
	Channel    channel.Channel
	Streams    []StreamStanding
	State      Health
	Need       Need
	Words      string
	Remedy     string
	Since      commerce.Instant // of trouble
	NextAt     commerce.Instant // the next look at orders, or at anything where there are none
	Lag        int64            // milliseconds, of orders; -1 is not known
	Rhythm     Rhythm
	Silence    *Silence
	AllowedAt  commerce.Instant // when the vendor's limits allow the next call; 0 is now
	// Queue is why the queue in which the vendor tells of changes could not be read last; nil is nothing.
	Queue *fault.Problem
	// Deaf is why the vendor, who calls us, calls in vain; nil is nothing.
	Deaf *fault.Problem
	// Calls tells that the vendor calls us, and HeardAt when it did last; 0 is never.
	Calls   bool
	HeardAt commerce.Instant
}

// Standings says where all connections stand.
func (e *Engine) Standings(ctx context.Context) ([]Standing, error) {
	connections, err := e.store.Connections(ctx)
	if err != nil || len(connections) == 0 {
		return nil, err
	}
	timers, err := e.timers(ctx)
	if err != nil {
		return nil, err
	}
	now := e.clock.Now()
	all := make([]Standing, len(connections))
	for i, c := range connections {
		if all[i], err = e.gather(ctx, c, timers); err != nil {
			return nil, err
		}
	}
	offline := offline(all)
	for i := range all {
		all[i].judge(now, offline)
	}
	return all, nil
}

// StandingOf says where one connection stands.
func (e *Engine) StandingOf(ctx context.Context, id int64) (Standing, error) {
	if _, err := e.store.Connection(ctx, id); err != nil {
		return Standing{}, err
	}
	all, err := e.Standings(ctx)
	for _, one := range all {
		if one.Connection.ID == id {
			return one, err
		}
	}
	return Standing{}, err
}

func (e *Engine) timers(ctx context.Context) (map[int64]journal.Timer, error) {
	all, err := e.store.Timers(ctx)
	byID := make(map[int64]journal.Timer, len(all))
	for _, t := range all {
		byID[t.ID] = t
	}
	return byID, err
}

func (e *Engine) gather(ctx context.Context, c Connection, timers map[int64]journal.Timer) (Standing, error) {
	s := Standing{Connection: c, Vendor: c.Connector, Lag: -1, Queue: e.troubleOf(e.queues, c.ID), Deaf: e.troubleOf(e.deaf, c.ID)}
	var err error
	if s.Channel, err = e.store.Channel(ctx, c.ChannelID); err != nil {
		return s, err
	}
	syncs, err := e.store.Syncs(ctx, c.ID)
	if err != nil {
		return s, err
	}
	for _, one := range syncs {
		at := StreamStanding{Sync: one, Timer: timers[one.TimerID], Running: e.RunningOf(one)}
		at.First = one.Stream == channel.Orders && at.Timer.Paused && one.LookedAt == 0 && s.Channel.Orders > 0
		s.Streams = append(s.Streams, at)
		if s.NextAt == 0 || one.Stream == channel.Orders {
			s.NextAt = at.nextAt()
		}
		if one.Stream == channel.Orders {
			s.Lag = one.Lag
		}
	}
	if found := e.find(c.Connector); found != nil {
		s.Vendor, s.Calls = found.Manifest().Name, found.Manifest().Mailbox
		if err := e.addHeard(ctx, &s); err != nil {
			return s, err
		}
		if err := e.addLimits(ctx, &s); err != nil {
			return s, err
		}
	}
	s.Rhythm, err = e.rhythm(ctx, c.ChannelID)
	return s, err
}

// addHeard reads when a vendor that calls us did so last.
func (e *Engine) addHeard(ctx context.Context, s *Standing) error {
	if !s.Calls {
		return nil
	}
	heard, err := e.store.Conversation(ctx, s.Connection.ID)
	s.HeardAt = heard.HeardAt
	return err
}

func (e *Engine) addLimits(ctx context.Context, s *Standing) error {
	budgets, err := e.Budgets(ctx, s.Connection)
	for _, b := range budgets {
		s.AllowedAt = max(s.AllowedAt, commerce.InstantOf(b.AllowedAt))
	}
	return err
}

// nextAt is when a stream is looked at next; 0 when it rests.
func (s StreamStanding) nextAt() commerce.Instant {
	if s.Timer.Paused {
		return 0
	}
	return max(s.Timer.NextAt, s.Sync.NextAt)
}

// remembered is a channel's rhythm as of a while ago.
type remembered struct {
	rhythm Rhythm
	at     time.Time
}

// rhythmAge is how long a rhythm is good for: it spans weeks.
const rhythmAge = 2 * time.Minute

func (e *Engine) rhythm(ctx context.Context, channelID int64) (Rhythm, error) {
	now := e.clock.Now()
	e.mutex.Lock()
	kept, known := e.rhythms[channelID]
	e.mutex.Unlock()
	if age := now.Sub(kept.at); known && age >= 0 && age < rhythmAge {
		return kept.rhythm, nil
	}
	hours, err := e.store.Hourly(ctx, channelID, commerce.InstantOf(now.Add(-rhythmWeeks*7*hoursADay)))
	if err != nil {
		return Rhythm{}, err
	}
	e.mutex.Lock()
	defer e.mutex.Unlock()
	kept = remembered{NewRhythm(hours), now}
	e.rhythms[channelID] = kept
	return kept.rhythm, nil
}

// forgetRhythm lets a channel's rhythm be read again: orders came in.
func (e *Engine) forgetRhythm(channelID int64) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	delete(e.rhythms, channelID)
}

// offline reports whether no vendor at all is reached, of several: then the trouble is here.
func offline(all []Standing) bool {
	vendors := map[string]bool{}
	for _, s := range all {
		if s.Connection.Paused {
			continue
		}
		down := false
		for _, one := range s.Streams {
			down = down || unreachable(one.Sync.Problem)
		}
		if !down {
			return false
		}
		vendors[s.Connection.Connector+s.Connection.Options["url"]] = true
	}
	return len(vendors) > 1
}

func unreachable(p *fault.Problem) bool { return p != nil && p.Code == string(fault.Unavailable) }

// overdueAfter is from when on a look that did not begin is late; less is the scheduler's own pace.
const overdueAfter = 5 * time.Minute

// judge finds the words, the most pressing trouble first.
func (s *Standing) judge(now time.Time, offline bool) {
	for i := range s.Streams {
		s.Streams[i].judge(s.Vendor, now)
	}
	s.Silence = s.silence()
	switch {
	case s.Connection.Paused:
		s.State, s.Words = Rests, "paused: nothing is looked at until you resume"
	case s.Connection.Problem != nil:
		s.lasting()
	case s.silent(now):
	case s.troubled(now, offline):
	case s.Queue != nil:
		s.State, s.Words, s.Remedy = Late, "looks as often as it is scheduled, and hears of no change before: "+s.Queue.Message, s.Queue.Remedy
	case s.resting():
	default:
		s.State, s.Words = Fine, s.fine(now)
		if s.Silence != nil {
			s.State = Late
		}
	}
}

// silentAfter is from when on a vendor that calls us, every few minutes while its program runs, has been silent for long.
const silentAfter = 26 * time.Hour

// silent words a vendor that does not call, or never did.
func (s *Standing) silent(now time.Time) bool {
	switch {
	case !s.Calls:
		return false
	case s.Deaf != nil:
		s.State, s.Need, s.Words, s.Remedy = NeedsYou, Look, s.Deaf.Message, s.Deaf.Remedy
		return true
	case s.HeardAt == 0:
		s.State, s.Words, s.Remedy = Late, s.Vendor+" has not called yet", "Open the file that Books gives you in its Web Connector."
		return true
	case now.Sub(s.HeardAt.Time()) > silentAfter:
		s.State, s.Words = Late, s.Vendor+" has not called for "+schedule.Span(now.Sub(s.HeardAt.Time()))
		s.Remedy = "See whether its Web Connector runs and its line is ticked there; what waits here is not lost."
		return true
	}
	return false
}

// silence is judged as of the last look: what was not looked at is no silence of the channel.
func (s *Standing) silence() *Silence {
	for _, one := range s.Streams {
		if one.Sync.Stream == channel.Orders && one.Sync.Problem == nil {
			return SilenceOf(s.Rhythm, s.Channel.NewestOrderAt.Time(), one.Sync.LookedAt.Time())
		}
	}
	return nil
}

// lasting words trouble that stays until a person does something.
func (s *Standing) lasting() {
	p := s.Connection.Problem
	s.State, s.Words, s.Remedy, s.Since = NeedsYou, p.Message, p.Remedy, s.Connection.ProblemAt
	switch fault.Code(p.Code) {
	case fault.Auth:
		s.Need = SignIn
		s.Words = s.Vendor + " asks you to sign in again. Orders wait there until then; nothing is lost."
		s.Remedy = p.Message + " " + p.Remedy
	case fault.Permission:
		s.Need = Rights
	case fault.Retired:
		s.Need = Update
	default:
		s.Need = Look
	}
}

// troubled takes the worst of the streams over, orders before others; false when all is well with them.
func (s *Standing) troubled(now time.Time, offline bool) bool {
	worst := -1
	for i, one := range s.Streams {
		if rank[one.State] > rank[Rests] && (worst < 0 || rank[one.State] > rank[s.Streams[worst].State] || one.Sync.Stream == channel.Orders && one.State == s.Streams[worst].State) {
			worst = i
		}
	}
	if worst < 0 {
		return false
	}
	one := s.Streams[worst]
	s.State, s.Need, s.Since = one.State, one.Need, one.Sync.ProblemAt
	s.Words = one.Words
	if p := one.Sync.Problem; p != nil {
		s.Words, s.Remedy = p.Message, p.Remedy
	}
	switch {
	case one.First:
		s.Words = fmt.Sprintf("orders wait: %s has %d from files. Look at how they match, then start", s.Channel.Name, s.Channel.Orders)
	case unreachable(one.Sync.Problem) && offline:
		s.Words, s.Remedy = "no vendor is reached: this computer seems to have no network", "Look at the network; Tradepost goes on by itself."
	case unreachable(one.Sync.Problem):
		s.Words = strings.TrimSuffix(s.Words, ".") + " · last look " + lookedWords(one.Sync, now)
	}
	return true
}

var rank = map[Health]int{Fine: 0, Rests: 1, Late: 2, NeedsYou: 3}

func lookedWords(s Sync, now time.Time) string {
	if s.LookedAt == 0 {
		return "never"
	}
	return schedule.Ago(now.Sub(s.LookedAt.Time()))
}

// resting words a connection that has not begun, or whose orders are paused.
func (s *Standing) resting() bool {
	looked := false
	for _, one := range s.Streams {
		looked = looked || one.Sync.LookedAt != 0
		if one.Running != 0 && one.Sync.LookedAt == 0 {
			s.State, s.Words = Rests, "looking for the first time now"
			return true
		}
	}
	for _, one := range s.Streams {
		if one.Sync.Stream == channel.Orders && one.Timer.Paused {
			s.State, s.Words = Rests, "orders are paused"
			return true
		}
	}
	if !looked {
		s.State, s.Words = Rests, "not looked yet"
	}
	return !looked
}

// fine words a connection that goes well: the newest order, and the next look.
func (s *Standing) fine(now time.Time) string {
	newest := s.Channel.NewestOrderAt
	var words string
	switch {
	case s.Silence != nil:
		words = "no order for " + schedule.Span(s.Silence.For) + ", usually every " + often(s.Silence.Usual)
	case s.Calls:
		words = "called " + schedule.Ago(now.Sub(s.HeardAt.Time()))
	case newest == 0:
		words = "no orders yet"
	default:
		words = "last order " + schedule.Ago(now.Sub(newest.Time()))
	}
	switch next := s.NextAt.Time(); {
	case s.AllowedAt.Time().Sub(now) > time.Minute && s.AllowedAt > s.NextAt:
		return words + " · next allowed " + schedule.Ahead(s.AllowedAt.Time().Sub(now)) + " (limit)"
	case s.limited():
		return words + " · next look " + schedule.Ahead(next.Sub(now)) + " (limit)"
	case s.running():
		return words + " · looking now"
	case s.NextAt != 0:
		return words + " · next look " + schedule.Ahead(next.Sub(now))
	}
	return words
}

func often(d time.Duration) string {
	if d < time.Minute {
		return "minute"
	}
	return schedule.Span(d)
}

func (s *Standing) limited() bool {
	for _, one := range s.Streams {
		if one.Sync.Stream == channel.Orders && one.Sync.NextAt != 0 && one.Sync.NextAt >= one.Timer.NextAt {
			return true
		}
	}
	return false
}

func (s *Standing) running() bool {
	for _, one := range s.Streams {
		if one.Running != 0 && one.Sync.Stream == channel.Orders {
			return true
		}
	}
	return false
}

func (s *StreamStanding) judge(vendor string, now time.Time) {
	next := s.nextAt()
	switch {
	case s.First:
		s.State, s.Need, s.Words = NeedsYou, Match, "waits: look at how they match, then start"
	case s.Sync.Problem != nil:
		s.trouble()
	case s.Running != 0:
		s.State, s.Words = Fine, "looking now"
	case s.Timer.Paused:
		s.State, s.Words = Rests, "paused"
	case s.Sync.NextAt.Time().After(now):
		s.State, s.Words = Fine, vendor+" allows the next look "+schedule.Ahead(s.Sync.NextAt.Time().Sub(now))
	case s.Timer.NextAt != 0 && now.Sub(s.Timer.NextAt.Time()) > overdueAfter:
		s.State, s.Words = Late, "was due "+schedule.Ago(now.Sub(s.Timer.NextAt.Time()))+": it is caught up as soon as Tradepost gets to it"
	case schedule.Overdue(s.Timer, now):
		s.State, s.Words = Late, "no look went well for "+unsuccessful(s.Timer, now)
	case s.Sync.LookedAt == 0:
		s.State, s.Words = Rests, "not looked yet"
	default:
		s.State, s.Words = Fine, "looked "+schedule.Ago(now.Sub(s.Sync.LookedAt.Time()))
	}
	if next != 0 && rank[s.State] <= rank[Rests] && s.Running == 0 && !s.Sync.NextAt.Time().After(now) {
		s.Words += " · next look " + schedule.Ahead(next.Time().Sub(now))
	}
}

func unsuccessful(t journal.Timer, now time.Time) string {
	return schedule.Span(now.Sub(max(t.LastSuccessAt, t.CountedFrom).Time()))
}

// trouble sorts a stream's problem: what passes by itself is late, what a person decides needs them.
func (s *StreamStanding) trouble() {
	s.State, s.Need, s.Words = NeedsYou, Look, s.Sync.Problem.Message
	switch fault.Code(s.Sync.Problem.Code) {
	case fault.Unavailable:
		s.State, s.Need = Late, NoNeed
	case fault.Auth:
		s.Need = SignIn
	case fault.Permission:
		s.Need = Rights
	case fault.Retired:
		s.Need = Update
	case fault.Conflict:
		s.Need = AcceptGone
	}
}

// Concern is what a person is told of even with the window closed.
type Concern struct {
	ConnectionID int64
	Kind         string // "trouble", "silent", "drift"
	Title        string
	Words        string
	Remedy       string
}

// Concerns lists what deserves an alarm: trouble that lasts, channels that are silent for far longer than their rhythm, and stock that drifts.
func (e *Engine) Concerns(ctx context.Context) ([]Concern, error) {
	all, err := e.Standings(ctx)
	var found []Concern
	for _, s := range all {
		name := s.Connection.Name
		if s.alarming(e.clock.Now()) {
			found = append(found, Concern{s.Connection.ID, "trouble", "“" + name + "” needs you", sentence(s.Words), s.Remedy})
		}
		if s.Silence != nil && s.Silence.Alarm && !s.Connection.Paused {
			words := fmt.Sprintf("No order came on %s for %s; usually one comes every %s.", name, schedule.Span(s.Silence.For), often(s.Silence.Usual))
			found = append(found, Concern{s.Connection.ID, "silent", "“" + name + "” is silent", words, "Look at the shop: can customers still order there?"})
		}
	}
	if err != nil {
		return found, err
	}
	drift, err := e.driftConcerns(ctx)
	return append(found, drift...), err
}

// alarming tells trouble that a person has to hear of: what only they can end, and what has lasted beyond the schedule's patience.
func (s *Standing) alarming(now time.Time) bool {
	switch {
	case s.Connection.Paused || s.Need == Match:
		return false
	case s.Connection.Problem != nil:
		return true
	}
	for _, one := range s.Streams {
		if one.Need == AcceptGone || one.Running == 0 && schedule.Overdue(one.Timer, now) {
			return true
		}
	}
	return false
}

func sentence(words string) string {
	if words == "" {
		return words
	}
	return strings.ToUpper(words[:1]) + strings.TrimSuffix(words[1:], ".") + "."
}

// Reschedule changes when a stream is looked at. ifSeq, unless negative, is the version of its timer that the person saw.
func (e *Engine) Reschedule(ctx context.Context, syncID int64, change func(*journal.Timer) error, ifSeq int64) error {
	s, err := e.store.Sync(ctx, syncID)
	if err != nil {
		return err
	}
	return e.retime(ctx, s.TimerID, change, ifSeq)
}

// retime changes when a timer is due.
func (e *Engine) retime(ctx context.Context, timerID int64, change func(*journal.Timer) error, ifSeq int64) error {
	t, err := e.store.Timer(ctx, timerID)
	if err != nil {
		return err
	}
	if err := change(&t); err != nil {
		return err
	}
	plan, err := schedule.PlanOf(t)
	if err != nil {
		return err
	}
	t.NextAt = 0
	if !t.Paused {
		t.NextAt = commerce.InstantOf(plan.Next(e.clock.Now()))
	}
	return e.store.ReviseTimer(ctx, t, ifSeq)
}
