package io.rdsboot.test;

/**
 * A certificate that an address presents.
 *
 * @see LocalRdsAddress#present(ServerCertificate)
 */
public enum ServerCertificate {

	/** Of the cluster's authority, for the address's host, valid. */
	TRUSTED,

	/** Of another authority than {@link LocalRdsCluster#certificateAuthority()}. */
	UNKNOWN_AUTHORITY,

	/** Of the cluster's authority, for {@code other.rds.test}. */
	OTHER_HOST,

	/** Of the cluster's authority, valid until the day before the cluster started. */
	EXPIRED

}
