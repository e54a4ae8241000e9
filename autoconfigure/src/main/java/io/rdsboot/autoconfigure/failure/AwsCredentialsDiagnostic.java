package io.rdsboot.autoconfigure.failure;

import java.util.ArrayList;
import java.util.List;

import io.rdsboot.credentials.CredentialsUnavailableException;
import io.rdsboot.credentials.iam.AwsCredentialsUnavailableException;
import io.rdsboot.credentials.iam.AwsRegionUnknownException;
import org.jspecify.annotations.Nullable;

import org.springframework.core.env.PropertyResolver;
import org.springframework.util.ClassUtils;

/**
 * An application without AWS credentials of its own.
 */
class AwsCredentialsDiagnostic implements ConnectionDiagnostic {

	private static final String STS = "software.amazon.awssdk.services.sts.StsClient";

	/**
	 * How the AWS SDK begins where none of its providers has credentials; it has no
	 * exception of its own for it.
	 */
	private static final String NONE_FOUND = "Unable to load credentials";

	private static final String BETWEEN_PROVIDERS = ", (?=\\w+Provider\\()";

	private static final String EC2 = """
			On EC2: the instance has an instance profile, and containers on it reach the metadata service (a hop limit \
			of 2).

			    aws ec2 describe-iam-instance-profile-associations --filters Name=instance-id,Values=<instance>
			    aws ec2 modify-instance-metadata-options --instance-id <instance> --http-put-response-hop-limit 2
			""";

	@Override
	public @Nullable Diagnosis diagnose(ConnectionFailure failure) {
		AwsRegionUnknownException region = failure.cause(AwsRegionUnknownException.class);
		if (region != null) {
			return new Diagnosis("The AWS region of '" + region.getAddress() + "' is not known.",
					"Set rds.aws.region, or AWS_REGION in the environment.");
		}
		String said = whatTheSdkSaid(failure);
		if (said == null) {
			return null;
		}
		String tokenFile = webIdentityTokenFile(failure.properties());
		if (tokenFile != null && !ClassUtils.isPresent(STS, null)) {
			return new Diagnosis("The application has a web identity ('" + tokenFile
					+ "'), and the library that exchanges it for AWS credentials is missing.", """
							Add the dependency; its version is that of the other modules of the AWS SDK:

							    <dependency>
							        <groupId>software.amazon.awssdk</groupId>
							        <artifactId>sts</artifactId>
							    </dependency>
							""");
		}
		List<String> checks = new ArrayList<>();
		if (tokenFile != null) {
			checks.add("""
					The token of the web identity is there, and its role (AWS_ROLE_ARN) trusts it:

					    ls -l %s
					""".formatted(tokenFile));
		}
		checks.addAll(checks(failure.properties(), tokenFile));
		checks.add("What the AWS SDK found in each place:\n\n" + said);
		return new Diagnosis("The application finds no AWS credentials.", checks);
	}

	/**
	 * Return what the AWS SDK says, a line for each provider that it asked, or
	 * {@code null} if credentials are not what is missing.
	 */
	private static @Nullable String whatTheSdkSaid(ConnectionFailure failure) {
		Throwable unavailable = failure.cause(CredentialsUnavailableException.class);
		Throwable innermost = null;
		for (Throwable cause = unavailable; cause != null; cause = cause.getCause()) {
			if (cause instanceof AwsCredentialsUnavailableException
					|| String.valueOf(cause.getMessage()).contains(NONE_FOUND)) {
				innermost = cause;
			}
		}
		if (innermost == null) {
			return null;
		}
		Throwable said = (innermost instanceof AwsCredentialsUnavailableException && innermost.getCause() != null)
				? innermost.getCause() : innermost;
		String message = String.valueOf(said.getMessage());
		int answers = message.indexOf(" : [");
		String list = (answers < 0) ? message : message.substring(answers + 4, message.length() - 1);
		return "    " + String.join("\n    ", list.split(BETWEEN_PROVIDERS, -1));
	}

	private static @Nullable String webIdentityTokenFile(PropertyResolver properties) {
		String ofSystem = properties.getProperty("aws.webIdentityTokenFile");
		return (ofSystem != null) ? ofSystem : properties.getProperty("AWS_WEB_IDENTITY_TOKEN_FILE");
	}

	/**
	 * Return what gives credentials to an application in the place where this one runs.
	 */
	private static List<String> checks(PropertyResolver properties, @Nullable String tokenFile) {
		if (tokenFile != null || properties.containsProperty("KUBERNETES_SERVICE_HOST")) {
			return List.of("""
					The pod's service account has an IAM role. Whether it has, and how to give it one:

					    kubectl describe serviceaccount <service account>
					    aws eks create-pod-identity-association --cluster-name <cluster> --namespace <namespace> \
					--service-account <service account> --role-arn <role>
					""", EC2);
		}
		if (properties.containsProperty("ECS_CONTAINER_METADATA_URI_V4")) {
			return List.of("""
					Give the task a role: taskRoleArn of its definition (executionRoleArn is not for the application). \
					Whether it has one:

					    aws ecs describe-task-definition --task-definition <task definition> --query \
					taskDefinition.taskRoleArn --output text
					""");
		}
		return List.of("""
				On your own machine: a profile is logged in, and AWS_PROFILE names it where it is not 'default'.

				    aws sso login --profile <profile>
				    aws sts get-caller-identity --profile <profile>
				""", EC2);
	}

}
