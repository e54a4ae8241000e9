package io.rdsboot.test.gateway;

import io.rdsboot.test.aws.ConnectTokens;

/**
 * Who may log in, for all addresses of a cluster.
 *
 * @param tokens verifies the tokens of roles in {@code rds_iam}
 * @param passwords passwords of these roles
 */
public record Logins(ConnectTokens tokens, RolePasswords passwords) {
}
