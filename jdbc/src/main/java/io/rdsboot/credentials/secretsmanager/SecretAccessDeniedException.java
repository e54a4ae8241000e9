package io.rdsboot.credentials.secretsmanager;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * AWS does not let the application read the secret. Principal, action and resource are
 * those that AWS's message names.
 */
public final class SecretAccessDeniedException extends SecretUnavailableException {

	private static final long serialVersionUID = 1L;

	private static final Pattern MESSAGE = Pattern
		.compile("User: (?<principal>\\S+) is not authorized to perform: (?<action>\\S+)"
				+ "(?: on resource: (?<resource>\\S+))?");

	private final @Nullable String principal;

	private final @Nullable String action;

	private final @Nullable String resource;

	SecretAccessDeniedException(String secretId, String awsMessage, Throwable cause) {
		super(secretId, "Access to secret '" + secretId + "' is denied: " + awsMessage, cause);
		Matcher matcher = MESSAGE.matcher(awsMessage);
		boolean found = matcher.find();
		this.principal = found ? matcher.group("principal") : null;
		this.action = found ? matcher.group("action") : null;
		this.resource = found ? matcher.group("resource") : null;
	}

	/**
	 * Return the ARN of the user or role that the application runs as, or {@code null} if
	 * AWS did not say.
	 */
	public @Nullable String getPrincipal() {
		return this.principal;
	}

	/**
	 * Return what was not allowed, such as {@code secretsmanager:GetSecretValue}, or
	 * {@code null} if AWS did not say.
	 */
	public @Nullable String getAction() {
		return this.action;
	}

	/**
	 * Return what it was not allowed on, the secret's name or ARN, or {@code null} if AWS
	 * did not say.
	 */
	public @Nullable String getResource() {
		return this.resource;
	}

}
