package io.rdsboot.test.aws;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * A secret of Secrets Manager: its versions, and the staging labels, each of which is
 * attached to one version at most. Thread-safe.
 */
public final class Secret {

	/** Label of the version that is in use. */
	public static final String CURRENT = "AWSCURRENT";

	/** Label of the version that a rotation is making. */
	public static final String PENDING = "AWSPENDING";

	/** Label of the version that was in use before. */
	public static final String PREVIOUS = "AWSPREVIOUS";

	private final String name;

	private final String arn;

	private final InstantSource clock;

	private final Map<String, SecretVersion> versions = new LinkedHashMap<>();

	private final Map<String, String> versionIds = new TreeMap<>();

	Secret(String name, String arn, InstantSource clock, String value) {
		this.name = name;
		this.arn = arn;
		this.clock = clock;
		put(newVersionId(), value, false, List.of(CURRENT));
	}

	static String newVersionId() {
		return UUID.randomUUID().toString();
	}

	/**
	 * Name of the secret.
	 * @return the name
	 */
	public String name() {
		return this.name;
	}

	/**
	 * ARN of the secret, which ends in six random characters.
	 * @return the ARN
	 */
	public String arn() {
		return this.arn;
	}

	/**
	 * Adds a version that is in use at once.
	 * @param value its text
	 */
	public void put(String value) {
		put(newVersionId(), value, false, List.of(CURRENT));
	}

	/**
	 * Adds a version. The same content under the same id changes nothing.
	 * @param id the version's id
	 * @param value its text, or the Base64 of binary content
	 * @param binary whether the content is binary
	 * @param stages labels to attach
	 * @return the version
	 */
	synchronized SecretVersion put(String id, String value, boolean binary, Collection<String> stages) {
		SecretVersion existing = this.versions.get(id);
		if (existing != null) {
			if (!existing.holds(value, binary)) {
				throw AwsError.badRequest("ResourceExistsException",
						"You can't use ClientRequestToken %s because".formatted(id)
								+ " that value is already in use for a version of secret %s.".formatted(this.arn));
			}
			return existing;
		}
		SecretVersion version = new SecretVersion(id, value, binary, this.clock.instant());
		this.versions.put(id, version);
		stages.forEach((stage) -> attach(stage, id));
		return version;
	}

	/**
	 * Attaches a label to a version and takes it from the one that had it. With
	 * {@link #CURRENT}, {@link #PREVIOUS} goes to the version that was in use, and a
	 * rotation's {@link #PENDING} ends.
	 * @param stage the label
	 * @param versionId id of a version of this secret
	 */
	private void attach(String stage, String versionId) {
		String former = this.versionIds.put(stage, versionId);
		if (stage.equals(CURRENT) && former != null && !former.equals(versionId)) {
			this.versionIds.put(PREVIOUS, former);
			this.versionIds.remove(PENDING, versionId);
		}
	}

	/**
	 * Moves a label as {@code UpdateSecretVersionStage} does.
	 * @param stage the label
	 * @param from id of the version that has it, or {@code null} when none has
	 * @param to id of the version that gets it, or {@code null} for none
	 * @throws AwsError when another version has the label, or there is no such version
	 */
	synchronized void move(String stage, @Nullable String from, @Nullable String to) {
		String holder = this.versionIds.get(stage);
		if (holder != null && !holder.equals(from) && !holder.equals(to)) {
			throw AwsError.badRequest("InvalidParameterException",
					"Staging label %s is attached to version %s: name that version in RemoveFromVersionId"
						.formatted(stage, holder));
		}
		if (to == null) {
			this.versionIds.remove(stage);
		}
		else if (this.versions.containsKey(to)) {
			attach(stage, to);
		}
		else {
			throw AwsError.badRequest("ResourceNotFoundException",
					"Secrets Manager can't find the specified secret value for VersionId: " + to);
		}
	}

	/**
	 * Version with a label.
	 * @param stage the label
	 * @return the version, or {@code null} when no version has the label
	 */
	public synchronized @Nullable SecretVersion staged(String stage) {
		String id = this.versionIds.get(stage);
		return (id != null) ? this.versions.get(id) : null;
	}

	/**
	 * Version that is in use.
	 * @return the version
	 * @throws IllegalStateException when no version has the label
	 */
	public SecretVersion current() {
		SecretVersion current = staged(CURRENT);
		if (current == null) {
			throw new IllegalStateException(
					"%s has no version that is %s: attach the label to one".formatted(this.name, CURRENT));
		}
		return current;
	}

	synchronized @Nullable SecretVersion version(String id) {
		return this.versions.get(id);
	}

	synchronized List<SecretVersion> versions() {
		return List.copyOf(this.versions.values());
	}

	synchronized List<String> stages(String versionId) {
		List<String> stages = new ArrayList<>();
		this.versionIds.forEach((stage, id) -> {
			if (id.equals(versionId)) {
				stages.add(stage);
			}
		});
		return stages;
	}

	@Override
	public String toString() {
		return "Secret[" + this.name + "]";
	}

}
