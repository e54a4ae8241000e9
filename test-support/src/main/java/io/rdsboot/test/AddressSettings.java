package io.rdsboot.test;

import java.util.List;

/**
 * What was asked of the addresses in front of a cluster. Immutable.
 *
 * @param iam whether the application's role logs in by IAM token
 * @param hostNames names that their certificates have beyond those of loopback
 * @param host loopback address on which they listen, unless instances have hosts of their
 * own
 */
record AddressSettings(boolean iam, List<String> hostNames, String host) {

	AddressSettings {
		hostNames = List.copyOf(hostNames);
	}

}
