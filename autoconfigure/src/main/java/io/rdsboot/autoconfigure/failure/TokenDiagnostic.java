package io.rdsboot.autoconfigure.failure;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.RdsHostName;
import io.rdsboot.credentials.iam.IamTokenScope;
import io.rdsboot.pool.login.LoginRefusedException;
import org.jspecify.annotations.Nullable;

/**
 * A login by IAM token that the server refuses. The server gives no reason; what the
 * token was signed for often does.
 */
class TokenDiagnostic implements ConnectionDiagnostic {

	@Override
	public @Nullable Diagnosis diagnose(ConnectionFailure failure) {
		LoginRefusedException refusal = failure.cause(LoginRefusedException.class);
		InstanceAddress address = failure.address();
		if (refusal == null || address == null) {
			return null;
		}
		IamTokenScope scope = refusal.getTokenScope().orElse(null);
		if (scope == null) {
			return null;
		}
		if ("28P01".equals(failure.sqlState())) {
			return roleWithoutIam(scope);
		}
		Optional<RdsHostName> signed = RdsHostName.parse(scope.address().host());
		Optional<String> region = signed.flatMap(RdsHostName::region);
		if (region.isPresent() && !region.get().equals(scope.region())) {
			return otherRegion(scope, region.get());
		}
		if (RdsHostName.parse(address.host()).isPresent() && !scope.address().equals(address)) {
			return otherAddress(scope, address, failure.signingProperty());
		}
		if (signed.isEmpty() && !scope.address().isLoopback()) {
			return notOfRds(scope, failure.signingProperty());
		}
		return refusedWithoutReason(scope, address, failure.signingProperty());
	}

	private static Diagnosis roleWithoutIam(IamTokenScope scope) {
		String role = Identifiers.quoted(scope.username());
		return new Diagnosis("The role " + role + " is not in rds_iam, or there is no such role: the server took the "
				+ "IAM token for a password.", """
						Let the role log in with tokens, as an administrator of the database:

						    CREATE ROLE %s LOGIN;    -- if there is none
						    GRANT rds_iam TO %s;
						""".formatted(role, role));
	}

	private static Diagnosis otherRegion(IamTokenScope scope, String region) {
		return new Diagnosis(
				"The IAM token was signed for the region " + scope.region() + ", and '" + scope.address().host()
						+ "' is in " + region + ".",
				"Set rds.aws.region=" + region + ", or remove rds.aws.region: the host name tells the region.");
	}

	private static Diagnosis otherAddress(IamTokenScope scope, InstanceAddress address, String property) {
		return new Diagnosis(
				"The IAM token was signed for '" + scope.address() + "', and sent to '" + address
						+ "': a token is accepted only where it was signed for.",
				"Remove " + property + ", or set it to '" + address + "'.");
	}

	private static Diagnosis notOfRds(IamTokenScope scope, String property) {
		return new Diagnosis("The IAM token was signed for '" + scope.address()
				+ "', which is not a name of RDS: RDS accepts tokens for its own names only.", """
						Set %s to the address that RDS gave the database. What an \
						alias leads to:

						    dig +short CNAME %s
						""".formatted(property, scope.address().host()));
	}

	private static Diagnosis refusedWithoutReason(IamTokenScope scope, InstanceAddress address, String property) {
		DatabaseResource resource = DatabaseResource.behind(scope.address().host(), scope.region());
		List<String> checks = new ArrayList<>();
		if (!scope.address().equals(address)) {
			checks.add("'" + scope.address() + "' is the database's own address, at the other end of '" + address
					+ "'. If not, correct " + property + ".");
		}
		else if (RdsHostName.parse(address.host()).isEmpty()) {
			checks
				.add("Where '" + address + "' is a tunnel to RDS: set " + property + " to the database's own address.");
		}
		checks.add(policy(scope, resource));
		checks.add(iamSwitchedOn(resource));
		checks.add("""
				The clock of this machine is right, as tokens are valid for 15 minutes. The time in UTC:

				    date -u
				""");
		checks
			.add("The database is not restarting: then it refuses tokens for a short while. Start again in a minute.");
		String sent = scope.address().equals(address) ? "" : " and sent to '" + address + "'";
		return new Diagnosis("The server refused the IAM token of user '" + scope.username() + "', signed for '"
				+ scope.address() + "' in " + scope.region() + sent + ". It does not say why.", checks);
	}

	private static String policy(IamTokenScope scope, DatabaseResource resource) {
		String arn = Arns.of("rds-db", scope.region(), "dbuser:<resource-id>/" + scope.username());
		return """
				The AWS principal that signs the tokens is allowed to connect. The statement for its policy:

				%s
				<account> and the principal are what the first command prints, <resource-id> is %s. \
				Whether it is allowed, for a role:

				    aws sts get-caller-identity --query '[Account,Arn]' --output text
				    %s
				    aws iam simulate-principal-policy --policy-source-arn arn:%s:iam::<account>:role/<role> \
				--action-names rds-db:connect --resource-arns %s
				""".formatted(Arns.statement("rds-db:connect", arn), resourceIdIs(resource),
				resource.describeResourceId(), Arns.partition(scope.region()), arn) + resource.legend();
	}

	private static String resourceIdIs(DatabaseResource resource) {
		return (resource.type() == DatabaseResource.Type.PROXY)
				? "the end of what the second prints, such as prx-0123456789abcdef0"
				: "what the second prints" + ((resource.type() == DatabaseResource.Type.INSTANCE)
						? " (the DbClusterResourceId of its cluster, if it is one of Aurora's)" : "");
	}

	private static String iamSwitchedOn(DatabaseResource resource) {
		String identifier = resource.identifier();
		return switch (resource.type()) {
			case PROXY -> """
					The proxy demands IAM authentication (REQUIRED):

					    %s
					""".formatted(resource.describe("Auth[].IAMAuth"));
			case CLUSTER -> """
					IAM authentication is on for the cluster (True). How to see it, and how to switch it on:

					    %s
					    aws rds modify-db-cluster --db-cluster-identifier %s --region %s \
					--enable-iam-database-authentication --apply-immediately
					""".formatted(resource.describe("IAMDatabaseAuthenticationEnabled"), identifier, resource.region());
			case INSTANCE -> """
					IAM authentication is on for the instance (True). How to see it, and how to switch it on (one of \
					Aurora's has it from its cluster: modify-db-cluster):

					    %s
					    aws rds modify-db-instance --db-instance-identifier %s --region %s \
					--enable-iam-database-authentication --apply-immediately
					""".formatted(resource.describe("IAMDatabaseAuthenticationEnabled"), identifier, resource.region());
		};
	}

}
