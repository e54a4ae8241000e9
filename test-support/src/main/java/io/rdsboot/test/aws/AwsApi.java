package io.rdsboot.test.aws;

/**
 * One service of AWS: its actions, and the protocol that it speaks. Thread-safe.
 */
public interface AwsApi {

	/**
	 * Name of the service, as in a signature's scope and in the actions of a policy.
	 * @return the name, such as {@code secretsmanager}
	 */
	String service();

	/**
	 * Action that a request asks for.
	 * @param request any request
	 * @return the action, such as {@code GetSecretValue}; empty when the request is not
	 * meant for this service
	 */
	String action(HttpRequestText request);

	/**
	 * Carries out an action.
	 * @param action the action
	 * @param request the request, whose signature is verified
	 * @return the answer
	 * @throws AwsError when the service refuses
	 */
	AwsResponse handle(String action, HttpRequestText request);

	/**
	 * Writes an error as this service does.
	 * @param error the error
	 * @return the answer
	 */
	AwsResponse error(AwsError error);

	/**
	 * Error for a signature that is refused.
	 * @param reason why
	 * @return an error with this service's own status and code
	 */
	AwsError refusal(InvalidSignatureException.Reason reason);

}
