package io.rdsboot.credentials.iam;

import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.credentials.CredentialsUnavailableException;

/**
 * Nothing says in which AWS region an address is, and tokens are signed for a region.
 */
public final class AwsRegionUnknownException extends CredentialsUnavailableException {

	private static final long serialVersionUID = 1L;

	private final transient InstanceAddress address;

	AwsRegionUnknownException(InstanceAddress address, Throwable cause) {
		super("The AWS region of " + address + " is unknown: its name holds none, and neither do the AWS settings "
				+ "of the environment. Set rds.aws.region", cause);
		this.address = address;
	}

	/**
	 * Return the address to sign for.
	 */
	public InstanceAddress getAddress() {
		return this.address;
	}

}
