package io.rdsboot.autoconfigure.failure;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of what a user reads whose application has no AWS credentials.
 */
class AwsCredentialsFailureTests {

	/**
	 * What the AWS SDK's own providers say, a line for each.
	 */
	private static final String EACH = "(?s)SystemPropertyCredentialsProvider\\(\\): .*"
			+ "\n +InstanceProfileCredentialsProvider\\(\\): IMDS [^\n]*\n";

	@Test
	void analysisWhenThereAreNoAwsCredentials() {
		assertThat(application("rds.credentials.type=iam", "rds.credentials.username=app").withoutAwsCredentials()
			.read()
			.replaceAll(EACH, "<each>\n")).isEqualTo("""
					Cannot connect to database 'app' on the writer localhost:5432

					The application finds no AWS credentials.

					Action:

					Check, in this order:

					    1. On your own machine: a profile is logged in, and AWS_PROFILE names it where it is not \
					'default'.

					           aws sso login --profile <profile>
					           aws sts get-caller-identity --profile <profile>

					    2. On EC2: the instance has an instance profile, and containers on it reach the metadata \
					service (a hop limit of 2).

					           aws ec2 describe-iam-instance-profile-associations --filters \
					Name=instance-id,Values=<instance>
					           aws ec2 modify-instance-metadata-options --instance-id <instance> \
					--http-put-response-hop-limit 2

					    3. What the AWS SDK found in each place:

					           <each>
					""");
	}

	@Test
	void analysisWhenThereAreNoAwsCredentialsForASecret() {
		assertThat(application("rds.credentials.type=secrets-manager", "rds.credentials.secrets-manager.secret-id=app")
			.withoutAwsCredentials()
			.read()
			.replaceAll(EACH, "<each>\n")).isEqualTo("""
					Cannot connect to database 'app' on the writer localhost:5432

					The application finds no AWS credentials.

					Action:

					Check, in this order:

					    1. On your own machine: a profile is logged in, and AWS_PROFILE names it where it is not \
					'default'.

					           aws sso login --profile <profile>
					           aws sts get-caller-identity --profile <profile>

					    2. On EC2: the instance has an instance profile, and containers on it reach the metadata \
					service (a hop limit of 2).

					           aws ec2 describe-iam-instance-profile-associations --filters \
					Name=instance-id,Values=<instance>
					           aws ec2 modify-instance-metadata-options --instance-id <instance> \
					--http-put-response-hop-limit 2

					    3. What the AWS SDK found in each place:

					           <each>
					""");
	}

	@Test
	void analysisWhenStsIsMissingForAWebIdentity() {
		assertThat(application("rds.credentials.type=iam", "rds.credentials.username=app")
			.without("software.amazon.awssdk.services.sts")
			.withoutAwsCredentials("aws.webIdentityTokenFile=/var/run/token",
					"aws.roleArn=arn:aws:iam::123456789012:role/app")
			.read()
			.replaceAll(EACH, "<each>\n")).isEqualTo("""
					Cannot connect to database 'app' on the writer localhost:5432

					The application has a web identity ('/var/run/token'), and the library that exchanges it for AWS \
					credentials is missing.

					Action:

					Add the dependency; its version is that of the other modules of the AWS SDK:

					    <dependency>
					        <groupId>software.amazon.awssdk</groupId>
					        <artifactId>sts</artifactId>
					    </dependency>
					""");
	}

	@Test
	void analysisWhenTokenOfWebIdentityIsMissing() {
		assertThat(application("rds.credentials.type=iam", "rds.credentials.username=app")
			.withoutAwsCredentials("aws.webIdentityTokenFile=/var/run/token",
					"aws.roleArn=arn:aws:iam::123456789012:role/app")
			.read()
			.replaceAll(EACH, "<each>\n")).isEqualTo(
					"""
							Cannot connect to database 'app' on the writer localhost:5432

							The application finds no AWS credentials.

							Action:

							Check, in this order:

							    1. The token of the web identity is there, and its role (AWS_ROLE_ARN) trusts it:

							           ls -l /var/run/token

							    2. The pod's service account has an IAM role. Whether it has, and how to give it one:

							           kubectl describe serviceaccount <service account>
							           aws eks create-pod-identity-association --cluster-name <cluster> --namespace <namespace> \
							--service-account <service account> --role-arn <role>

							    3. On EC2: the instance has an instance profile, and containers on it reach the metadata \
							service (a hop limit of 2).

							           aws ec2 describe-iam-instance-profile-associations --filters \
							Name=instance-id,Values=<instance>
							           aws ec2 modify-instance-metadata-options --instance-id <instance> \
							--http-put-response-hop-limit 2

							    4. What the AWS SDK found in each place:

							           <each>
							""");
	}

	@Test
	void analysisWhenTaskHasNoRole() {
		assertThat(application("rds.credentials.type=iam", "rds.credentials.username=app")
			.with("ECS_CONTAINER_METADATA_URI_V4=http://169.254.170.2/v4")
			.withoutAwsCredentials()
			.read()
			.replaceAll(EACH, "<each>\n")).isEqualTo("""
					Cannot connect to database 'app' on the writer localhost:5432

					The application finds no AWS credentials.

					Action:

					Check, in this order:

					    1. Give the task a role: taskRoleArn of its definition (executionRoleArn is not for the \
					application). Whether it has one:

					           aws ecs describe-task-definition --task-definition <task definition> --query \
					taskDefinition.taskRoleArn --output text

					    2. What the AWS SDK found in each place:

					           <each>
					""");
	}

	private static Application application(String... properties) {
		return Application.at("localhost", properties);
	}

}
