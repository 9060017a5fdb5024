package journal

// The kinds of run that schedules make beside looks into folders.
const (
	RunFetch = "fetch" // files from a server, imported
	RunSend  = "send"  // an export, sent to a folder, a server or by mail
)
