package io.rdsboot.test;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import io.rdsboot.test.aws.Permissions;
import io.rdsboot.test.aws.Secret;
import io.rdsboot.test.aws.SecretJson;
import io.rdsboot.test.aws.SecretRotation;

/**
 * The secret of the application's role in a {@link LocalRdsCluster}, as Secrets Manager
 * holds it, and its rotation, which acts on the real roles of the present writer.
 * Thread-safe; {@code toString} shows the name alone.
 */
public final class LocalRdsSecret {

	private final Secret secret;

	private final SecretRotation rotation;

	private final Permissions permissions;

	/** Steps of the rotation under way that are left, or those of the next rotation. */
	private final Deque<RotationStep> left = new ArrayDeque<>(List.of(RotationStep.values()));

	LocalRdsSecret(Secret secret, SecretRotation rotation, Permissions permissions) {
		this.secret = secret;
		this.rotation = rotation;
		this.permissions = permissions;
	}

	/**
	 * Name of the secret.
	 * @return a name that {@code GetSecretValue} takes
	 */
	public String id() {
		return this.secret.name();
	}

	/**
	 * ARN of the secret.
	 * @return the whole ARN
	 */
	public String arn() {
		return this.secret.arn();
	}

	/**
	 * User of the version that is {@code AWSCURRENT}.
	 * @return the role's name
	 */
	public String username() {
		return SecretJson.text(this.secret, "username");
	}

	/**
	 * Password of the version that is {@code AWSCURRENT}. Within a single-user rotation
	 * it is not the role's.
	 * @return the password
	 */
	public String password() {
		return SecretJson.text(this.secret, "password");
	}

	/**
	 * Id of the version that is {@code AWSCURRENT}.
	 * @return the version's id
	 */
	public String currentVersionId() {
		return this.secret.current().id();
	}

	/**
	 * Takes all steps of a rotation that are left: all four, if none was taken.
	 */
	public synchronized void rotate() {
		List.copyOf(this.left).forEach(this::rotate);
	}

	/**
	 * Takes one step of a rotation. A step that fails can be taken again.
	 * @param step the step that comes next
	 * @throws IllegalStateException when another step comes next, or the secret's value
	 * is not JSON with a user and a password
	 * @throws io.rdsboot.test.process.LocalRdsException when the writer refuses or does
	 * not answer
	 */
	public synchronized void rotate(RotationStep step) {
		if (step != this.left.element()) {
			throw new IllegalStateException("The step %s was asked of %s, and %s comes next: take the steps in order"
				.formatted(step, id(), this.left.element()));
		}
		switch (step) {
			case CREATE_SECRET -> this.rotation.createSecret();
			case SET_SECRET -> this.rotation.setSecret();
			case TEST_SECRET -> this.rotation.testSecret();
			case FINISH_SECRET -> this.rotation.finishSecret();
		}
		this.left.remove();
		if (this.left.isEmpty()) {
			this.left.addAll(List.of(RotationStep.values()));
		}
	}

	/**
	 * Makes another value {@code AWSCURRENT}, whatever it is, and leaves the database
	 * alone.
	 * @param value the value, such as broken JSON
	 */
	public void replaceValue(String value) {
		this.secret.put(value);
	}

	/**
	 * Refuses all actions on this secret, as for a user without permission.
	 */
	public void denyAccess() {
		this.permissions.deny(Permissions.ALL, arn());
	}

	/**
	 * Takes back {@link #denyAccess}.
	 */
	public void allowAccess() {
		this.permissions.allow(Permissions.ALL, arn());
	}

	@Override
	public String toString() {
		return "LocalRdsSecret[" + id() + "]";
	}

}
