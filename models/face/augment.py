"""What a camera does to a face without changing what it shows, and pictures of no face at all."""
import math

import torch
import torch.nn.functional as F

import data

NO_FACE_SHARE = 0.04
NO_FACE = len(data.LABELS) - 1


def uniform(n, low, high, random):
    return torch.rand(n, generator=random) * (high - low) + low


def augmented(pictures, targets, random):
    """Changed copies of pictures [B, 1, 48, 48] of grey levels, and their targets; a few become no face."""
    pictures = shaded(cut_out(blurred(moved(pictures, random), random), random), random)
    count = max(1, round(len(pictures) * NO_FACE_SHARE))
    targets = targets.clone()
    pictures[:count] = no_faces(pictures[:count], random)
    targets[:count] = 0
    targets[:count, NO_FACE] = 1
    return pictures, targets


def moved(pictures, random):
    """Mirrored, turned up to 15 degrees, larger or smaller by 15 %, shifted up to 4 pixels."""
    n = len(pictures)
    turn = uniform(n, -math.pi / 12, math.pi / 12, random)
    scale = uniform(n, 0.87, 1.15, random)
    mirror = torch.where(torch.rand(n, generator=random) < 0.5, -1.0, 1.0)
    shift = uniform(2 * n, -4 * 2 / data.SIDE, 4 * 2 / data.SIDE, random).view(2, n)
    cos, sin = torch.cos(turn) * scale, torch.sin(turn) * scale
    matrix = torch.stack([torch.stack([cos * mirror, -sin, shift[0]], 1), torch.stack([sin * mirror, cos, shift[1]], 1)], 1)
    grid = F.affine_grid(matrix, list(pictures.shape), align_corners=False)
    return F.grid_sample(pictures, grid, mode="bilinear", padding_mode="border", align_corners=False)


def blurred(pictures, random):
    """Every fourth picture as soft as one that was enlarged."""
    soft = F.avg_pool2d(F.pad(pictures, (1, 1, 1, 1), mode="replicate"), 3, 1)
    chosen = (torch.rand(len(pictures), generator=random) < 0.25).view(-1, 1, 1, 1)
    return torch.where(chosen, soft, pictures)


def cut_out(pictures, random):
    """DeVries and Taylor (2017): every other picture loses a patch, so that no one feature decides."""
    n = len(pictures)
    side = uniform(n, 6, 18, random) * (torch.rand(n, generator=random) < 0.5)
    row, column = uniform(n, 0, data.SIDE, random), uniform(n, 0, data.SIDE, random)
    at = torch.arange(data.SIDE)
    rows = (at.view(1, -1) - row.view(-1, 1)).abs() < side.view(-1, 1) / 2
    columns = (at.view(1, -1) - column.view(-1, 1)).abs() < side.view(-1, 1) / 2
    hole = (rows.unsqueeze(2) & columns.unsqueeze(1)).unsqueeze(1)
    return torch.where(hole, pictures.mean((2, 3), keepdim=True), pictures)


def shaded(pictures, random):
    """Gamma, contrast, brightness, and noise of the sensor."""
    n = len(pictures)
    gamma = torch.exp(uniform(n, -0.4, 0.4, random)).view(-1, 1, 1, 1)
    contrast, brightness = uniform(n, 0.6, 1.2, random).view(-1, 1, 1, 1), uniform(n, -30, 30, random).view(-1, 1, 1, 1)
    noise = torch.randn(pictures.shape, generator=random) * uniform(n, 0, 6, random).view(-1, 1, 1, 1)
    bent = 255 * (pictures.clamp(0, 255) / 255).pow(gamma)
    return ((bent - 128) * contrast + 128 + brightness + noise).clamp(0, 255)


def no_faces(pictures, random):
    """Faces cut in squares and shuffled, corners enlarged, flat and noisy pictures, by turns."""
    made = pictures.clone()
    for i, picture in enumerate(pictures):
        kind = int(torch.randint(4, (1,), generator=random))
        if kind == 0:
            squares = picture.view(4, 12, 4, 12).permute(0, 2, 1, 3).reshape(16, 12, 12)
            squares = squares[torch.randperm(16, generator=random)]
            made[i, 0] = squares.view(4, 4, 12, 12).permute(0, 2, 1, 3).reshape(data.SIDE, data.SIDE)
        elif kind == 1:
            row, column = (int(torch.randint(2, (1,), generator=random)) * 36 for _ in range(2))
            corner = picture[:, row:row + 12, column:column + 12].unsqueeze(0)
            made[i] = F.interpolate(corner, size=(data.SIDE, data.SIDE), mode="bilinear", align_corners=False)[0]
        elif kind == 2:
            slope = uniform(2, -3, 3, random)
            at = torch.arange(data.SIDE) - data.SIDE / 2
            made[i, 0] = (float(uniform(1, 0, 255, random)) + slope[0] * at.view(-1, 1) + slope[1] * at.view(1, -1)).clamp(0, 255)
        else:
            coarse = torch.rand((1, 1, 12, 12), generator=random) * 255
            made[i] = F.interpolate(coarse, size=(data.SIDE, data.SIDE), mode="bilinear", align_corners=False)[0]
    return made
