package job

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/journal"
	"tradepost/backend/schedule"
	"tradepost/backend/transport"
)

// The settings of the mail that tells of an alarm: the id of a mail server, and addresses.
const (
	AlarmServerSetting = "alarm_server"
	AlarmToSetting     = "alarm_to"
)

// Alarm is what a person is told of once.
type Alarm struct {
	About int64 // the timer, connection or trading partner it is about
	Title string
	Words string
}

// AlarmWords says since when there was no success.
func AlarmWords(t journal.Timer, zone *time.Location) string {
	if t.LastSuccessAt == 0 {
		return "It has never gone well since " + moment(t.CountedFrom, zone) + "."
	}
	return "It has not gone well since " + moment(t.LastSuccessAt, zone) + "."
}

func moment(at commerce.Instant, zone *time.Location) string {
	return at.Time().In(zone).Format("Monday 2 January, 15:04")
}

// CheckAlarms finds jobs that have not succeeded for too long, notes them, and calls tell once for each; their mail, where
// one is set up, goes out once too. running says whether a job runs right now. Call it each minute.
func (j *Jobs) CheckAlarms(ctx context.Context, running func(id int64) bool, tell func(Alarm)) error {
	timers, err := j.store.Timers(ctx)
	if err != nil {
		return err
	}
	now := j.store.Now().Time()
	var troubles []error
	for _, t := range timers {
		if !ours(t) || running(t.ID) || t.AlarmedAt == 0 && !schedule.Overdue(t, now) {
			continue
		}
		if t.AlarmedAt == 0 {
			first, err := j.store.Alarm(ctx, t.ID)
			if err != nil || !first {
				troubles = append(troubles, err)
				continue
			}
			tell(Alarm{t.ID, "“" + t.Name + "” needs you", AlarmWords(t, j.store.Zone())})
		}
		troubles = append(troubles, j.mailAlarm(ctx, t, now))
	}
	return errors.Join(troubles...)
}

// ours tells a job's timer from that of a connection, whose alarms are concerns.
func ours(t journal.Timer) bool { return t.Kind == Watch || t.Kind == Fetch || t.Kind == Export }

// mailPause is how long a mail about an alarm that could not be sent waits for its next try.
const mailPause = 30 * time.Minute

// mailAlarm sends the mail about an alarm once.
func (j *Jobs) mailAlarm(ctx context.Context, t journal.Timer, now time.Time) error {
	words := AlarmWords(t, j.store.Zone())
	if last, err := j.store.Runs(ctx, journal.RunFilter{TimerID: t.ID, Limit: 1}); err == nil && len(last) > 0 && last[0].Problem != nil {
		words += "\n\n" + last[0].Problem.Message + "\n" + last[0].Problem.Remedy
	}
	text := fmt.Sprintf("The schedule “%s” (%s) has not gone well for too long.\n%s\n\nThis mail is sent once. Open Tradepost, Schedules, to look.\n",
		t.Name, schedule.Words(t.Expression), words)
	return j.mailOnce(ctx, fmt.Sprintf("alarm-%d", t.ID), t.AlarmMailed, now, transport.Letter{Subject: "Tradepost: “" + t.Name + "” needs you", Text: text},
		func(expected, mailed string) (bool, error) {
			return j.store.NoteAlarmMail(context.WithoutCancel(ctx), t.ID, expected, mailed)
		})
}

// mailOnce sends a mail about an alarm, unless that happened. It is noted before it is sent: one whose fate is unknown is not repeated.
func (j *Jobs) mailOnce(ctx context.Context, key, mailed string, now time.Time, letter transport.Letter, note func(expected, mailed string) (bool, error)) error {
	server, to, err := j.alarmMail(ctx)
	if err != nil || len(to) == 0 || mailed != "" || now.Sub(j.mailTry[key]) < mailPause {
		return err
	}
	if won, err := note("", Sending); err != nil || !won {
		return err
	}
	j.mailTry[key] = now
	letter.To, letter.MessageID = to, fmt.Sprintf("%s-%d@tradepost.invalid", key, now.UnixMilli())
	err = j.post(ctx, server, letter)
	outcome := Sent
	switch {
	case fault.Is(err, fault.Unknown):
		outcome = Unknown
	case err != nil:
		outcome = ""
	}
	_, noted := note(Sending, outcome)
	return errors.Join(err, noted)
}

// alarmMail reads where mails about alarms go; nobody when that is not set up.
func (j *Jobs) alarmMail(ctx context.Context) (server Server, to []string, err error) {
	addresses, err := j.store.Setting(ctx, AlarmToSetting)
	if err != nil || strings.TrimSpace(addresses) == "" {
		return server, nil, err
	}
	text, err := j.store.Setting(ctx, AlarmServerSetting)
	if err != nil {
		return server, nil, err
	}
	id, _ := strconv.ParseInt(text, 10, 64)
	if id == 0 {
		return server, nil, nil
	}
	server, err = j.serverOf(ctx, id, MailServer)
	return server, Addresses(addresses), err
}

// Addresses cuts a list of mail addresses as a person wrote it.
func Addresses(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ';' || r == ' ' || r == '\n' })
}

// scheduleZone is the zone in which a job's times are read.
func scheduleZone(t journal.Timer) (*time.Location, error) {
	plan, err := schedule.PlanOf(t)
	return plan.Zone(), err
}
