package io.rdsboot.actuate.observation;

import io.micrometer.observation.Observation;

/**
 * Context of {@link RdsObservationDocumentation#CREDENTIALS_RENEWAL}: one renewal of an
 * IAM token or one reading of a secret. Holds nothing secret. Immutable but for what
 * Micrometer keeps in it.
 */
public final class CredentialsRenewalObservationContext extends Observation.Context {

	private final String description;

	/**
	 * Create a context.
	 * @param description what is renewed, such as
	 * {@code IAM token of app for db.example.com:5432}
	 */
	public CredentialsRenewalObservationContext(String description) {
		this.description = description;
	}

	/**
	 * Return what is renewed.
	 */
	public String description() {
		return this.description;
	}

}
