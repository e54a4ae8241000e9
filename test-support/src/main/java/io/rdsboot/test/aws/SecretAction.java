package io.rdsboot.test.aws;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The actions on one secret: each takes the request's parameters, and adds to an answer
 * that names the secret already.
 */
enum SecretAction {

	GET_SECRET_VALUE {

		@Override
		void execute(Secret secret, JsonNode parameters, ObjectNode answer) {
			SecretVersion version = find(secret, text(parameters, "VersionId"), text(parameters, "VersionStage"));
			answer.put("VersionId", version.id())
				.put(version.binary() ? "SecretBinary" : "SecretString", version.value())
				.put("CreatedDate", seconds(version.createdAt()));
			addAll(answer.putArray("VersionStages"), secret.stages(version.id()));
		}

		private static SecretVersion find(Secret secret, @Nullable String id, @Nullable String stage) {
			if (id == null) {
				String label = (stage != null) ? stage : Secret.CURRENT;
				return found(secret.staged(label), "staging label: " + label);
			}
			SecretVersion version = found(secret.version(id), "VersionId: " + id);
			if (stage != null && !secret.stages(id).contains(stage)) {
				throw AwsError.badRequest("InvalidRequestException",
						"You provided a VersionStage that is not associated to the provided VersionId.");
			}
			return version;
		}

		private static SecretVersion found(@Nullable SecretVersion version, String what) {
			if (version == null) {
				throw AwsError.badRequest("ResourceNotFoundException",
						"Secrets Manager can't find the specified secret value for " + what);
			}
			return version;
		}

	},

	DESCRIBE_SECRET {

		@Override
		void execute(Secret secret, JsonNode parameters, ObjectNode answer) {
			List<SecretVersion> versions = secret.versions();
			answer.put("CreatedDate", seconds(versions.get(0).createdAt()))
				.put("LastChangedDate", seconds(versions.get(versions.size() - 1).createdAt()));
			ObjectNode stagesById = answer.putObject("VersionIdsToStages");
			for (SecretVersion version : versions) {
				List<String> stages = secret.stages(version.id());
				if (!stages.isEmpty()) {
					addAll(stagesById.putArray(version.id()), stages);
				}
			}
		}

	},

	LIST_SECRET_VERSION_IDS {

		@Override
		void execute(Secret secret, JsonNode parameters, ObjectNode answer) {
			boolean deprecated = parameters.path("IncludeDeprecated").asBoolean(false);
			ArrayNode versions = answer.putArray("Versions");
			for (SecretVersion version : secret.versions()) {
				List<String> stages = secret.stages(version.id());
				if (deprecated || !stages.isEmpty()) {
					ObjectNode entry = versions.addObject()
						.put("VersionId", version.id())
						.put("CreatedDate", seconds(version.createdAt()));
					addAll(entry.putArray("VersionStages"), stages);
				}
			}
		}

	},

	PUT_SECRET_VALUE {

		@Override
		void execute(Secret secret, JsonNode parameters, ObjectNode answer) {
			String token = text(parameters, "ClientRequestToken");
			String binary = text(parameters, "SecretBinary");
			String value = (binary != null) ? binary : required(parameters, "SecretString");
			Set<String> stages = new LinkedHashSet<>();
			parameters.path("VersionStages").forEach((stage) -> stages.add(stage.asString()));
			if (stages.isEmpty()) {
				stages.add(Secret.CURRENT);
			}
			SecretVersion version = secret.put((token != null) ? token : Secret.newVersionId(), value, binary != null,
					stages);
			answer.put("VersionId", version.id());
			addAll(answer.putArray("VersionStages"), secret.stages(version.id()));
		}

	},

	UPDATE_SECRET_VERSION_STAGE {

		@Override
		void execute(Secret secret, JsonNode parameters, ObjectNode answer) {
			secret.move(required(parameters, "VersionStage"), text(parameters, "RemoveFromVersionId"),
					text(parameters, "MoveToVersionId"));
		}

	};

	/**
	 * Carries out the action.
	 * @param secret the secret
	 * @param parameters the request's parameters
	 * @param answer the answer to complete
	 * @throws AwsError when the parameters do not fit the secret
	 */
	abstract void execute(Secret secret, JsonNode parameters, ObjectNode answer);

	/**
	 * Finds an action.
	 * @param name AWS's name, such as {@code GetSecretValue}
	 * @return the action
	 * @throws AwsError when there is none of that name
	 */
	static SecretAction find(String name) {
		for (SecretAction action : values()) {
			if (action.name().replace("_", "").equals(name.toUpperCase(Locale.ROOT))) {
				return action;
			}
		}
		throw AwsError.badRequest("UnknownOperationException", "The local RDS does not know the action " + name);
	}

	static String required(JsonNode parameters, String name) {
		String value = text(parameters, name);
		if (value == null) {
			throw AwsError.badRequest("InvalidParameterException", "%s is missing".formatted(name));
		}
		return value;
	}

	private static @Nullable String text(JsonNode parameters, String name) {
		JsonNode value = parameters.path(name);
		return value.isString() ? value.stringValue() : null;
	}

	private static void addAll(ArrayNode array, List<String> values) {
		values.forEach(array::add);
	}

	private static double seconds(Instant instant) {
		return instant.toEpochMilli() / 1000.0;
	}

}
