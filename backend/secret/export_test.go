package secret

func init() { workFactor = 10 } // scrypt as slow as it should be would make tests slow
