package io.rdsboot.test.aws;

import io.rdsboot.test.aws.InvalidSignatureException.Reason;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Secrets Manager in AWS's JSON protocol 1.1, as far as applications and rotations use
 * it. Nothing is encrypted: there is no KMS.
 *
 * @see <a href=
 * "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Operations.html">the
 * actions</a>
 */
public final class SecretsManagerApi implements AwsApi {

	private static final String SERVICE = "secretsmanager";

	private static final String TARGET_PREFIX = SERVICE + ".";

	private static final String CONTENT_TYPE = "application/x-amz-json-1.1";

	private final JsonMapper json = new JsonMapper();

	private final SecretStore secrets;

	private final Permissions permissions;

	/**
	 * Creates the service.
	 * @param secrets the secrets
	 * @param permissions what the user may do
	 */
	public SecretsManagerApi(SecretStore secrets, Permissions permissions) {
		this.secrets = secrets;
		this.permissions = permissions;
	}

	@Override
	public String service() {
		return SERVICE;
	}

	@Override
	public String action(HttpRequestText request) {
		String target = request.header("x-amz-target");
		return target.startsWith(TARGET_PREFIX) ? target.substring(TARGET_PREFIX.length()) : "";
	}

	@Override
	public AwsResponse handle(String action, HttpRequestText request) {
		SecretAction known = SecretAction.find(action);
		JsonNode parameters = parse(request);
		Secret secret = secret(action, SecretAction.required(parameters, "SecretId"));
		ObjectNode answer = this.json.createObjectNode().put("ARN", secret.arn()).put("Name", secret.name());
		known.execute(secret, parameters, answer);
		return response(200, answer);
	}

	private JsonNode parse(HttpRequestText request) {
		try {
			return this.json.readTree(request.body());
		}
		catch (JacksonException ex) {
			throw AwsError.badRequest("SerializationException", "The request is not JSON");
		}
	}

	private Secret secret(String action, String id) {
		Secret secret = this.secrets.find(id);
		// Permissions come first: who may not read does not learn what exists.
		this.permissions.require(SERVICE + ":" + action, (secret != null) ? secret.arn() : id,
				(message) -> AwsError.badRequest("AccessDeniedException", message));
		if (secret == null) {
			throw AwsError.badRequest("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
		}
		return secret;
	}

	@Override
	public AwsResponse error(AwsError error) {
		return response(error.status(),
				this.json.createObjectNode().put("__type", error.code()).put("message", error.text()));
	}

	private static AwsResponse response(int status, ObjectNode body) {
		return new AwsResponse(status, CONTENT_TYPE, body.toString());
	}

	@Override
	public AwsError refusal(Reason reason) {
		return switch (reason) {
			case INCOMPLETE ->
				AwsError.badRequest("MissingAuthenticationTokenException", SignatureRefusals.text(reason));
			case UNKNOWN_KEY -> AwsError.badRequest("UnrecognizedClientException", SignatureRefusals.text(reason));
			case WRONG_SCOPE, MISMATCH, EXPIRED ->
				AwsError.badRequest("InvalidSignatureException", SignatureRefusals.text(reason));
		};
	}

}
