package api

import (
	"context"
	"log/slog"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/edi/exchange"
	"tradepost/backend/fault"
	"tradepost/backend/inventory"
	"tradepost/backend/tabular/job"
	"tradepost/backend/transport"
)

type settingStore interface {
	Settings(ctx context.Context) (values map[string]string, seq int64, err error)
	SetSettings(ctx context.Context, values map[string]string, ifSeq int64) error
}

// Settings are the workspace's settings.
type Settings struct {
	ETag            string `json:"etag"`
	Company         string `json:"company"`
	Zone            string `json:"zone" doc:"IANA name; empty is this computer's."`
	Theme           string `json:"theme" enum:"system,light,dark"`
	Density         string `json:"density" enum:"compact,normal"`
	BackupKeep      int    `json:"backup_keep" doc:"How many daily backups are kept."`
	StartAtLogin    bool   `json:"start_at_login"`
	CloseNoticeSeen bool   `json:"close_notice_seen"`
	AlarmServer     string `json:"alarm_server" doc:"Id of the mail server by which alarms are told; empty tells them here alone."`
	AlarmTo         string `json:"alarm_to" doc:"Addresses that are told, with commas between."`
	StockCurrency   string `json:"stock_currency" doc:"In which stock is valued; empty until goods first come in, whose currency it is then."`
	CostMethod      string `json:"cost_method" enum:"fifo,average" doc:"By which rule goods that leave have a cost. Another one values all that ever moved anew."`
	EDIOutbox       string `json:"edi_outbox" doc:"The folder that EDI for trading partners is put into; blank leaves it in the workspace."`
	EDIKeepDays     int    `json:"edi_keep_days" doc:"For how many days texts of EDI are kept once nothing needs them; 0 is for ever."`
}

// SettingsChange holds what is to change; what is left out stays.
type SettingsChange struct {
	Company         *string `json:"company,omitempty" maxLength:"200"`
	Zone            *string `json:"zone,omitempty"`
	Theme           *string `json:"theme,omitempty" enum:"system,light,dark"`
	Density         *string `json:"density,omitempty" enum:"compact,normal"`
	BackupKeep      *int    `json:"backup_keep,omitempty" minimum:"1" maximum:"365"`
	StartAtLogin    *bool   `json:"start_at_login,omitempty"`
	CloseNoticeSeen *bool   `json:"close_notice_seen,omitempty"`
	AlarmServer     *string `json:"alarm_server,omitempty"`
	AlarmTo         *string `json:"alarm_to,omitempty" maxLength:"1000"`
	StockCurrency   *string `json:"stock_currency,omitempty" maxLength:"3"`
	CostMethod      *string `json:"cost_method,omitempty" enum:"fifo,average"`
	EDIOutbox       *string `json:"edi_outbox,omitempty" maxLength:"1000"`
	EDIKeepDays     *int    `json:"edi_keep_days,omitempty" minimum:"0" maximum:"36500"`
}

// defaultBackupKeep is how many daily backups are kept unless a person says otherwise.
const defaultBackupKeep = 14

func (s *server) registerSettings(spec huma.API) {
	get(spec, "/api/v1/settings", about{"get-settings", "The workspace's settings", "Workspace", "settings:read"}, s.settings)
	patch(spec, "/api/v1/settings", about{"change-settings", "Change settings", "Workspace", "settings:write"}, s.changeSettings)
}

func (s *server) settings(ctx context.Context, _ *none) (*reply[Settings], error) {
	values, seq, err := s.Store.Settings(ctx)
	body := settingsOf(values, seq)
	starts, unknown := s.Host.StartsAtLogin()
	if unknown != nil {
		slog.Warn("looking whether Tradepost starts at login", "error", unknown) // the other settings count all the same
	}
	body.StartAtLogin = starts
	return ok(body, err)
}

func settingsOf(values map[string]string, seq int64) Settings {
	return Settings{ETag: idText(seq), Company: values["company"], Zone: values["zone"], Theme: or(values["theme"], "system"),
		Density: or(values["density"], "compact"), BackupKeep: BackupsKept(values),
		CloseNoticeSeen: values["close_notice_seen"] == "true", AlarmServer: values[job.AlarmServerSetting], AlarmTo: values[job.AlarmToSetting],
		StockCurrency: values[inventory.CurrencySetting], CostMethod: or(values[inventory.MethodSetting], string(inventory.FIFO)),
		EDIOutbox: values[exchange.OutboxSetting], EDIKeepDays: ediKeepDays(values)}
}

// leastEDIDays is how long texts of EDI are kept at least: partners dispute documents for weeks.
const leastEDIDays = 30

func ediKeepDays(values map[string]string) int {
	days, err := strconv.Atoi(values[exchange.KeepSetting])
	if err != nil {
		return 0
	}
	return days
}

// keepEDI checks for how long texts of EDI are to be kept, and has it carried out daily.
func (s *server) keepEDI(ctx context.Context, days *int) error {
	if days == nil || *days == 0 {
		return nil
	}
	if *days < leastEDIDays {
		return fault.New(fault.Invalid, "Texts of EDI are kept for at least 30 days: partners ask about documents for weeks.", "Give 30 or more days, or 0 to keep them for ever.").InField("edi_keep_days")
	}
	return s.Engine.KeepPurging(ctx)
}

// BackupsKept reads from the settings how many daily backups are kept.
func BackupsKept(values map[string]string) int {
	if keep, err := strconv.Atoi(values["backup_keep"]); err == nil && keep > 0 {
		return keep
	}
	return defaultBackupKeep
}

func or(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}

func (s *server) changeSettings(ctx context.Context, in *struct {
	IfMatch string `header:"If-Match"`
	Body    SettingsChange
}) (*reply[Settings], error) {
	seq, err := parseETag(in.IfMatch)
	if err != nil {
		return nil, err
	}
	if in.Body.AlarmTo != nil {
		if err := transport.CheckAddresses("alarm_to", job.Addresses(*in.Body.AlarmTo)...); err != nil {
			return nil, err
		}
	}
	if in.Body.StockCurrency != nil {
		currency, err := currencyOf(*in.Body.StockCurrency, "stock_currency")
		if err != nil {
			return nil, err
		}
		*in.Body.StockCurrency = string(currency)
	}
	if in.Body.EDIOutbox != nil {
		folder, err := outboxFolder(ctx, *in.Body.EDIOutbox)
		if err != nil {
			return nil, err
		}
		in.Body.EDIOutbox = &folder
	}
	if err := s.keepEDI(ctx, in.Body.EDIKeepDays); err != nil {
		return nil, err
	}
	if in.Body.StartAtLogin != nil {
		if err := s.Host.SetStartAtLogin(*in.Body.StartAtLogin); err != nil {
			return nil, err
		}
	}
	if err := s.Store.SetSettings(ctx, in.Body.values(), seq); err != nil {
		return nil, err
	}
	return s.settings(ctx, nil)
}

func (c SettingsChange) values() map[string]string {
	values := map[string]string{}
	for name, text := range map[string]*string{"company": c.Company, "zone": c.Zone, "theme": c.Theme, "density": c.Density,
		job.AlarmServerSetting: c.AlarmServer, job.AlarmToSetting: c.AlarmTo, inventory.MethodSetting: c.CostMethod, inventory.CurrencySetting: c.StockCurrency,
		exchange.OutboxSetting: c.EDIOutbox} {
		if text != nil {
			values[name] = *text
		}
	}
	for name, flag := range map[string]*bool{"close_notice_seen": c.CloseNoticeSeen} {
		if flag != nil {
			values[name] = strconv.FormatBool(*flag)
		}
	}
	for name, number := range map[string]*int{"backup_keep": c.BackupKeep, exchange.KeepSetting: c.EDIKeepDays} {
		if number != nil {
			values[name] = strconv.Itoa(*number)
		}
	}
	return values
}
